/** The steps of the runbooks, by what the report and the command line call them. */
export const runbook: Readonly<Record<string, string>> = {
  "Compare credentials and settings with the last good snapshot": "將憑證和設定與最後一個良好快照比較",
  "Compare keys and provider settings with the last good snapshot":
    "將金鑰和模型服務設定與最後一個良好快照比較",
  "Compare the last good snapshot with now: what changed": "比較最後一個良好快照與現在：改變了什麼",
  "Do not restart it: the running process still has the good configuration":
    "不要重新啟動：執行中的程序仍持有良好的設定",
  "Find the lines (shown redacted) and who wrote them": "找到這些行（已遮蓋）以及是誰寫的",
  "Find the session and its pressure": "找到該工作階段及其壓力",
  "Give the space back": "釋放空間",
  "Have everything around it checked: versions, config, disk, keys": "檢查周邊的一切：版本、設定、磁碟、金鑰",
  "Keep the session as it is": "先儲存該工作階段的現狀",
  "Keep what is there now before touching anything": "動手之前先儲存現狀",
  "Look at lag, queues and running turns": "查看延遲、佇列和進行中的回合",
  "Look at the trend and what began with it": "查看趨勢以及與它同時開始的事",
  "Look for sessions that grew with it": "尋找隨之增長的工作階段",
  "Read the gateway's own words and advice about the channel": "閱讀閘道自己對該頻道的說明和建議",
  "Read the newest errors in its log": "閱讀其日誌中最新的錯誤",
  "Read what the channel logged": "閱讀該頻道的日誌",
  "Read what the provider answers": "閱讀模型服務的回應",
  "Remove them": "刪除它們",
  "Restart it through its supervisor": "透過其監管程式重新啟動",
  "Restore it, watch it come up, accept or put back": "恢復它，看它啟動，然後接受或放回",
  "Revoke the secret at its issuer and put a new one in place": "在簽發方撤銷該金鑰並換上新的",
  "Roll this one session back, online, without a stop; it can be undone":
    "線上回退這一個工作階段，無需停機；可以復原",
  "See what a restore would bring back and what would be gone; nothing is done yet":
    "查看恢復會帶回什麼、會失去什麼；尚未執行任何操作",
  "See what bringing back only the configuration would do": "查看只恢復設定會怎樣",
  "See what bringing back only the credentials would do": "查看只恢復憑證會怎樣",
  "See what changed about compaction and models": "查看壓縮和模型方面改變了什麼",
  "See what fills the disk, and how fast": "查看是什麼占滿磁碟以及速度",
  "See what its supervisor says: running, restarting, failed":
    "查看其監管程式的說法：執行中、重新啟動中、失敗",
  "See whether the configuration on disk is valid: a broken one blocks every start":
    "查看磁碟上的設定是否有效：損壞的設定會阻止每次啟動",
  "See which sessions wait on it": "查看哪些工作階段在等待它",
  "See which snapshots retention would remove": "查看保留政策會刪除哪些快照",
  "See which turns run and since when": "查看哪些回合在進行以及始於何時",
  "Stop it, so that it does no more harm while you look": "先停止它，以免在查看期間造成更多損害",
  "Where that does not mend it, restore the whole gateway": "若仍未修復，恢復整個閘道",
  "Write down what happened, while it is fresh": "趁記憶猶新寫下經過",
};
