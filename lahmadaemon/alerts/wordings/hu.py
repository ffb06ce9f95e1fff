"""Hungarian."""

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.alerts.wordings.language import Language

HUNGARIAN = Language(
    frames={
        Notice.FIRING: "RIASZTÁS {since} óta: {what}{details}",
        Notice.REMINDER: "MÉG MINDIG, {lasted} óta ({since}): {what}{details}",
        Notice.UNSTABLE: "INGADOZIK: {what}{details}; hol van, hol nincs, óránként szólunk",
        Notice.RESOLVED: "VÉGE {lasted} után ({since}–{until}): {what}",
        Notice.WAS: "Egy ideig így volt: {what}, {since}–{until} ({lasted})",
    },
    closed="MOST NEM FIGYELJÜK (zárva), {lasted} után ({since}–{until}): {what}",
    conditions={
        Condition.STORE_FAILING: "az adatbázis nem írható|[: {error}]",
        Condition.SETTINGS_REFUSED: "az új beállítások hibásak, a régiek maradnak érvényben|[: {error}]",
        Condition.DISK_LOW: "kevés a hely az adatbázis lemezén|[: {free_mib} MiB szabad, {free_percent} %][ ({folder})]",
        Condition.DISK_FULL: "majdnem megtelt az adatbázis lemeze, az állomások és az alkotók mérése addig szünetel"
        "|[: {free_mib} MiB szabad, {free_percent} %][ ({folder})]",
        Condition.SERVICE_FAILED: "a(z) {service} szolgáltatás feladta|[: {error}]; javítás után indítsd újra",
        Condition.SERVICE_CRASHING: "a(z) {service} szolgáltatás újra és újra összeomlik|[: {error}]",
        Condition.SERVICE_STUMBLING: "a(z) {service} szolgáltatás bajban van|[: {error}]",
        Condition.DATA_SUSPICIOUS: "a(z) {station} adatai gyanúsak|[: {why}]",
        Condition.RADIO_FROZEN: "a(z) {station} szervere régi képet mutat a hallgatókról"
        "|[ {since_at} óta]; addig nem számolunk: indítsd újra az AzuraCastot",
        Condition.RADIO_COUNTS_ONLY: "a(z) {station} szervere csak azt mondja meg, hányan hallgatják, azt nem, kik"
        "|[ {since_at} óta]: kapcsold be nála a teljes statisztikát",
        Condition.RADIO_HOURLY_RESET: "a(z) {station} szervere óránként mindenkit elfelejt"
        "|[ {since_at} óta]: kapcsold be nála a teljes statisztikát",
        Condition.RADIO_PROXY: "a(z) {station} legtöbb hallgatója látszólag egy címről jön"
        "|[: {rows} közül {count}]; egy proxy eltakarja őket, állítsd be, hogy továbbadja a címeket",
        Condition.RADIO_OFF_AIR: "a(z) {station} nincs adásban|[ {since_at} óta]",
        Condition.RADIO_CLOCK: "a(z) {station} szerverének órája eltér a miénktől|[: {ahead_seconds}]",
        Condition.RADIO_RESET: "a(z) {station} minden kapcsolata újrakezdődött|[ ekkor: {since_at}]; "
        "a hallgatások folytatódnak, ahol lehet",
        Condition.RADIO_REMARK: "a(z) {station} számait óvatosan kell olvasni|[: {why}]",
        Condition.FOLDER_MISSING: "a(z) {camera} kamera mappája nem érhető el|[: {folder}][ ({problem})]",
        Condition.NO_FILES: "nem jön fájl a(z) {camera} kamerától|[ {quiet_seconds} óta][; utolsó fájl: {last_file_at}]",
        Condition.ONLY_EMPTY: "csak üres fájlok jönnek a(z) {camera} kamerától"
        "|[ {quiet_seconds} óta][; utolsó áthaladás: {last_crossings_at}]",
        Condition.ONLY_INVALID: "csak használhatatlan fájlok jönnek a(z) {camera} kamerától"
        "|[ {quiet_seconds} óta][; utolsó jó fájl: {last_file_at}][; {file}][: {reason}]",
        Condition.BAD_FILES: "használhatatlan fájlok a(z) {camera} kamerától|[: {count}][; {file}][: {reason}]",
        Condition.FILES_UNREADABLE: "a(z) {camera} kamera fájljai nem olvashatók|[: {file}][ ({problem})]",
        Condition.FILES_STUCK: "a(z) {camera} kamera fájljai nem helyezhetők át|[: {folder}][ ({problem})]",
        Condition.BACKLOG_GROWING: "gyűlnek a(z) {camera} kamera fájljai|[: {files} vár]",
        Condition.CAMERA_CLOCK: "rosszul jár a(z) {camera} kamera órája|[: {ahead_seconds}]",
        Condition.PUSH_FAILING: "a jelentések nem jutnak el ide: {target}|[; {windows} vár][, ez óta: {since_at}][: {error}]",
        Condition.PUSH_BLOCKED: "{target} már nem enged be, a jelentések várnak|[: {error}]",
        Condition.PUSH_REFUSED: "{target} visszautasítja a jelentéseket|[: {answer}][; feladva: {dead}]",
        Condition.PUSH_ANSWER_CHANGED: "{target} mostantól másképp válaszol|[: {answer}][; korábban: {before}]",
        Condition.PUSH_CLOCK: "eltér a mi óránktól ez az óra: {target}|[: {ahead_seconds}]",
        Condition.CREATOR_LOGIN_ENDING: "{creator}. alkotó {provider}-belépése hamarosan lejár"
        "|[: {until_at}]; kérd meg, hogy lépjen be újra",
        Condition.CREATOR_LOGIN_DEAD: "{creator}. alkotó már nincs összekötve ezzel: {provider}"
        "|[: {reason}]; kérd meg, hogy lépjen be újra",
        Condition.CREATORS_APP_SUSPICIOUS: "a Creators alkalmazás nem ad értelmes választ"
        "|[: {why}]; ami ismert volt, megmarad",
        Condition.CAMPAIGN_UNMATCHABLE: "a(z) {campaign} kampányhoz soha semmi nem illeszkedhet|[: {why}]",
        Condition.PLATFORM_LIMIT: "elfogyott a keret itt: {platform}|[ eddig: {until_at}]; a gyűjtés vár",
    },
    units=("nap", "óra", "perc", "mp"),
    never="soha",
    more="és még {count}: lahmadaemon alarms",
    test="Próba: a lahmadaemon üzenetei megérkeznek hozzád.",
    digest={
        "title": "lahmadaemon, {day}",
        "quiet": "Nem volt riasztás.",
        "lasting": "Még tart: {what}, {since} óta",
        "restarts": "Szolgáltatások újraindulásai a daemon indulása óta: {count}",
        "undelivered": "Kézbesítetlen üzenetek: {count}, a legrégebbi: {since}",
        "missing": "Az összefoglaló egy része hiányzik: {why}",
        "weekly": "{station}, {week}. hét: {hours} hallgatott óra, {listeners} hallgató, mérve: {share}",
        "show": "{name}: {hours} óra, {listeners} hallgató",
        "others": "és még {count}: lahmadaemon report shows",
        "axis": "hallgatott órák",
        "people": "hallgató",
        "unsure": "hiányos mérés",
    },
)
