"""Czech."""

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.alerts.wordings.language import Language

CZECH = Language(
    frames={
        Notice.FIRING: "POPLACH od {since}: {what}{details}",
        Notice.REMINDER: "STÁLE TRVÁ, už {lasted} (od {since}): {what}{details}",
        Notice.UNSTABLE: "KOLÍSÁ: {what}{details}; střídavě trvá a mizí, ozveme se jednou za hodinu",
        Notice.RESOLVED: "KONEC po {lasted} ({since}–{until}): {what}",
        Notice.WAS: "Nějakou dobu platilo: {what}, {since}–{until} ({lasted})",
    },
    closed="TEĎ SE NESLEDUJE (zavřeno), po {lasted} ({since}–{until}): {what}",
    conditions={
        Condition.STORE_FAILING: "do databáze nelze zapisovat|[: {error}]",
        Condition.SETTINGS_REFUSED: "nová nastavení jsou chybná, platí dál ta stará|[: {error}]",
        Condition.DISK_LOW: "na disku s databází zbývá málo místa|[: volno {free_mib} MiB, {free_percent} %][ ({folder})]",
        Condition.DISK_FULL: "disk s databází je téměř plný, stanice a tvůrci se zatím nečtou"
        "|[: volno {free_mib} MiB, {free_percent} %][ ({folder})]",
        Condition.SERVICE_FAILED: "služba {service} to vzdala|[: {error}]; po opravě ji spusťte znovu",
        Condition.SERVICE_CRASHING: "služba {service} opakovaně padá|[: {error}]",
        Condition.SERVICE_STUMBLING: "služba {service} má potíže|[: {error}]",
        Condition.DATA_SUSPICIOUS: "údaje {station} vypadají chybně|[: {why}]",
        Condition.RADIO_FROZEN: "server stanice {station} ukazuje starý obraz posluchačů"
        "|[ od {since_at}]; zatím se nepočítá: restartujte AzuraCast",
        Condition.RADIO_COUNTS_ONLY: "server stanice {station} říká, kolik lidí poslouchá, ale ne kdo"
        "|[ od {since_at}]: zapněte na něm úplné statistiky",
        Condition.RADIO_HOURLY_RESET: "server stanice {station} každou hodinu všechny zapomene"
        "|[ od {since_at}]: zapněte na něm úplné statistiky",
        Condition.RADIO_PROXY: "většina posluchačů stanice {station} zdánlivě přichází z jedné adresy"
        "|[: {count} z {rows}]; skrývá je proxy, nastavte, ať předává jejich adresy",
        Condition.RADIO_OFF_AIR: "stanice {station} nevysílá|[ od {since_at}]",
        Condition.RADIO_CLOCK: "hodiny serveru stanice {station} se liší od našich|[: {ahead_seconds}]",
        Condition.RADIO_RESET: "všechna spojení stanice {station} začala znovu|[ v {since_at}]; poslech navazuje, kde to jde",
        Condition.RADIO_REMARK: "čísla stanice {station} je třeba číst opatrně|[: {why}]",
        Condition.FOLDER_MISSING: "složka kamery {camera} není dostupná|[: {folder}][ ({problem})]",
        Condition.NO_FILES: "z kamery {camera} nechodí soubory|[ už {quiet_seconds}][; poslední soubor: {last_file_at}]",
        Condition.ONLY_EMPTY: "z kamery {camera} chodí jen prázdné soubory"
        "|[ už {quiet_seconds}][; poslední průchod: {last_crossings_at}]",
        Condition.ONLY_INVALID: "z kamery {camera} chodí jen nepoužitelné soubory"
        "|[ už {quiet_seconds}][; poslední dobrý soubor: {last_file_at}][; {file}][: {reason}]",
        Condition.BAD_FILES: "nepoužitelné soubory z kamery {camera}|[: {count}][; {file}][: {reason}]",
        Condition.FILES_UNREADABLE: "soubory kamery {camera} nelze číst|[: {file}][ ({problem})]",
        Condition.FILES_STUCK: "soubory kamery {camera} nelze přesunout|[: {folder}][ ({problem})]",
        Condition.BACKLOG_GROWING: "soubory kamery {camera} se hromadí|[: čeká {files}]",
        Condition.CAMERA_CLOCK: "hodiny kamery {camera} jdou špatně|[: {ahead_seconds}]",
        Condition.PUSH_FAILING: "hlášení nedocházejí k příjemci {target}|[; čeká {windows}][ od {since_at}][: {error}]",
        Condition.PUSH_BLOCKED: "{target} nás už nepouští dovnitř, hlášení čekají|[: {error}]",
        Condition.PUSH_REFUSED: "{target} odmítá hlášení|[: {answer}][; vzdáno: {dead}]",
        Condition.PUSH_ANSWER_CHANGED: "{target} nyní odpovídá jinak|[: {answer}][; dříve: {before}]",
        Condition.PUSH_CLOCK: "hodiny {target} se liší od našich|[: {ahead_seconds}]",
        Condition.CREATOR_LOGIN_ENDING: "přihlášení tvůrce {creator} u {provider} brzy skončí"
        "|[: {until_at}]; požádejte ho, ať se znovu připojí",
        Condition.CREATOR_LOGIN_DEAD: "tvůrce {creator} už není připojen k {provider}"
        "|[: {reason}]; požádejte ho, ať se znovu připojí",
        Condition.CREATORS_APP_SUSPICIOUS: "aplikace Creators neodpovídá rozumně|[: {why}]; co bylo známo, zůstává",
        Condition.CAMPAIGN_UNMATCHABLE: "kampani {campaign} nemůže nic vyhovět|[: {why}]",
        Condition.PLATFORM_LIMIT: "povolený počet dotazů na {platform} je vyčerpán|[ do {until_at}]; sběr čeká",
    },
    units=("d", "h", "min", "s"),
    never="nikdy",
    more="a další ({count}): lahmadaemon alarms",
    test="Zkouška: zprávy od lahmadaemon k vám docházejí.",
    digest={
        "title": "lahmadaemon, {day}",
        "quiet": "Žádné poplachy.",
        "lasting": "Stále trvá: {what}, od {since}",
        "restarts": "Restarty služeb od spuštění démona: {count}",
        "undelivered": "Nedoručené zprávy: {count}, nejstarší z {since}",
        "missing": "Část přehledu chybí: {why}",
        "weekly": "{station}, týden {week}: hodin poslechu: {hours}, posluchačů: {listeners}, změřeno: {share}",
        "show": "{name}: {hours} h, posluchačů: {listeners}",
        "others": "a další ({count}): lahmadaemon report shows",
        "axis": "hodiny poslechu",
        "people": "posluchačů",
        "unsure": "neúplné měření",
    },
)
