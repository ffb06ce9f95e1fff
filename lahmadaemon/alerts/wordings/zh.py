"""Traditional Chinese. The alarm about missing files keeps the words of the program this one follows."""

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.alerts.wordings.language import Language

CHINESE = Language(
    frames={
        Notice.FIRING: "警報（自 {since} 起）：{what}{details}",
        Notice.REMINDER: "仍未恢復，已經 {lasted}（自 {since} 起）：{what}{details}",
        Notice.UNSTABLE: "不穩定：{what}{details}；時好時壞，每小時通知一次",
        Notice.RESOLVED: "已恢復，歷時 {lasted}（{since}–{until}）：{what}",
        Notice.WAS: "曾經發生：{what}，{since}–{until}（{lasted}）",
    },
    closed="非營業時間，暫停監看，歷時 {lasted}（{since}–{until}）：{what}",
    conditions={
        Condition.STORE_FAILING: "資料庫無法寫入|[：{error}]",
        Condition.SETTINGS_REFUSED: "新設定有誤，仍沿用舊設定|[：{error}]",
        Condition.DISK_LOW: "資料庫所在磁碟的空間不足|[：剩餘 {free_mib} MiB，{free_percent} %][（{folder}）]",
        Condition.DISK_FULL: "資料庫所在磁碟即將用盡，電台與創作者資料暫停讀取"
        "|[：剩餘 {free_mib} MiB，{free_percent} %][（{folder}）]",
        Condition.SERVICE_FAILED: "服務 {service} 已停止運作|[：{error}]，請處理後重新啟動",
        Condition.SERVICE_CRASHING: "服務 {service} 不斷當掉|[：{error}]",
        Condition.SERVICE_STUMBLING: "服務 {service} 遇到問題|[：{error}]",
        Condition.DATA_SUSPICIOUS: "{station} 的資料看起來有問題|[：{why}]",
        Condition.RADIO_FROZEN: "{station} 的伺服器顯示的收聽名單已停滯|[，自 {since_at} 起]，期間不計入，請重新啟動 AzuraCast",
        Condition.RADIO_COUNTS_ONLY: "{station} 的伺服器只提供收聽人數，不提供名單"
        "|[，自 {since_at} 起]，請將其分析設定改為完整收集",
        Condition.RADIO_HOURLY_RESET: "{station} 的伺服器每小時清空收聽名單|[，自 {since_at} 起]，請將其分析設定改為完整收集",
        Condition.RADIO_PROXY: "{station} 的多數聽眾看似來自同一位址"
        "|[：{rows} 人中有 {count} 人]，代理伺服器遮住了他們，請讓它轉送原始位址",
        Condition.RADIO_OFF_AIR: "{station} 已停播|[，自 {since_at} 起]",
        Condition.RADIO_CLOCK: "{station} 伺服器的時鐘與我們不同|[：{ahead_seconds}]",
        Condition.RADIO_RESET: "{station} 的所有連線重新開始|[（{since_at}）]，能接續的收聽仍算同一次",
        Condition.RADIO_REMARK: "解讀 {station} 的數字時請留意|[：{why}]",
        Condition.FOLDER_MISSING: "無法存取攝影機 {camera} 的資料夾|[：{folder}][（{problem}）]",
        Condition.NO_FILES: "攝影機 {camera} 沒有資料|[，已經 {quiet_seconds}][，最後一筆：{last_file_at}]",
        Condition.ONLY_EMPTY: "攝影機 {camera} 只有空檔案|[，已經 {quiet_seconds}][，最後一次有人通過：{last_crossings_at}]",
        Condition.ONLY_INVALID: "攝影機 {camera} 的檔案都無法使用"
        "|[，已經 {quiet_seconds}][，最後一個正常檔案：{last_file_at}][，{file}][：{reason}]",
        Condition.BAD_FILES: "攝影機 {camera} 有無法使用的檔案|[：{count} 個][，{file}][：{reason}]",
        Condition.FILES_UNREADABLE: "無法讀取攝影機 {camera} 的檔案|[：{file}][（{problem}）]",
        Condition.FILES_STUCK: "無法移走攝影機 {camera} 的檔案|[：{folder}][（{problem}）]",
        Condition.BACKLOG_GROWING: "攝影機 {camera} 的檔案越積越多|[：{files} 個待處理]",
        Condition.CAMERA_CLOCK: "攝影機 {camera} 的時鐘不準|[：{ahead_seconds}]",
        Condition.PUSH_FAILING: "報告無法送達 {target}|[，{windows} 份待送][，自 {since_at} 起][：{error}]",
        Condition.PUSH_BLOCKED: "{target} 拒絕我們登入，報告暫停發送|[：{error}]",
        Condition.PUSH_REFUSED: "{target} 拒收報告|[：{answer}][，放棄 {dead} 份]",
        Condition.PUSH_ANSWER_CHANGED: "{target} 的回應改變了|[：{answer}][，之前：{before}]",
        Condition.PUSH_CLOCK: "{target} 的時鐘與我們不同|[：{ahead_seconds}]",
        Condition.CREATOR_LOGIN_ENDING: "創作者 {creator} 在 {provider} 的登入即將到期|[：{until_at}]；請對方重新連接",
        Condition.CREATOR_LOGIN_DEAD: "創作者 {creator} 與 {provider} 的連接已中斷|[：{reason}]；請對方重新連接",
        Condition.CREATORS_APP_SUSPICIOUS: "Creators 應用程式的回答不可信|[：{why}]；已知資料保留不變",
        Condition.CAMPAIGN_UNMATCHABLE: "活動 {campaign} 永遠無法符合任何貼文|[：{why}]",
        Condition.PLATFORM_LIMIT: "{platform} 的配額已用完|[，直到 {until_at}]；暫停收集",
    },
    units=("天", "小時", "分鐘", "秒"),
    never="從來沒有",
    more="還有 {count} 則：lahmadaemon alarms",
    test="測試：您可以收到 lahmadaemon 的訊息。",
    digest={
        "title": "lahmadaemon，{day}",
        "quiet": "沒有警報。",
        "lasting": "仍未恢復：{what}，自 {since} 起",
        "restarts": "啟動以來服務重新啟動次數：{count}",
        "undelivered": "未送達的訊息：{count} 則，最早的一則：{since}",
        "missing": "本摘要缺少一部分：{why}",
        "weekly": "{station} 第 {week} 週：收聽 {hours} 小時，{listeners} 位聽眾，量測比例 {share}",
        "show": "{name}：{hours} 小時，{listeners} 位聽眾",
        "others": "還有 {count} 個：lahmadaemon report shows",
        # In the picture, whose font has no Chinese.
        "axis": "listened hours",
        "people": "listeners",
        "unsure": "not measured whole",
    },
    special={
        (Condition.NO_FILES, Notice.FIRING): "已經{minutes}分鐘沒有資料了，快去查看一下吧 {fired} {camera}"
        "[，最後一筆：{last_file_at}]",
    },
)
