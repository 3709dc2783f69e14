import { bytes, count, shellWord } from "../../../../ground/index.ts";
import type { ProblemWords } from "../../../../watch/index.ts";

/** Why something was not done, what can be done about it, and what came of what was done. */
export const problemSentences: ProblemWords = {
  "with-advice": ({ first, second }) => `${first}${first.endsWith("。") ? "" : "。"}${second}`,

  "restore-called-off": () => "恢復被取消。",
  "rollback-called-off": () => "復原已取消：恢復的內容保留原處，仍待接受或復原。",
  "console-left": () => "控制台被關閉。",
  "you-asked": () => "應你的要求",
  "was-called-off": () => "它被取消了",
  "was-not-started": ({ because }) => `它沒有啟動：${because}`,
  "config-refused": ({ issue }) => `閘道認為設定無效：${issue}`,
  "config-not-taken": ({ withinS, last }) => `閘道在 ${withinS} 秒內沒有採用設定：${last}`,
  "will-not-be-ready": ({ failing }) =>
    `它在執行，但只要 ${failing.join("、")} 失敗就不會就緒：請檢查該頻道的帳號。是它的提供方拒絕了它，恢復沒有改變這一點。`,
  "restore-stuck": ({ why, what }) => `恢復失敗（${why}），舊狀態也無法放回：${what}。`,
  "not-restored": ({ because }) => `沒有恢復，因為：${because}。`,
  "gateway-not-stopped": ({ because }) => `閘道沒有停止：${because}。`,
  "nothing-waits": ({ gateway }) => `${gateway} 沒有待決定的恢復。`,
  "nothing-goes-on": ({ gateway }) => `這裡沒有正在進行的 ${gateway} 的恢復。`,
  "goes-on-already": ({ gateway }) => `${gateway} 的恢復已在進行。`,
  "session-not-moved": ({ session }) => `閘道說可以，但 ${session} 仍在原處。`,
  "session-perhaps-moved": ({ session, because }) => `不知道 ${session} 是否已經移動：${because}。`,
  "session-refused": ({ session, because }) => `${session} 沒有移動：${because}。`,
  "session-alone-absent": ({ because }) => `這個閘道不能只回退一個工作階段：${because}。`,
  "session-busy": ({ session }) => `${session} 正在進行一輪，現在不能移動。`,
  "session-alone-offline": ({ session, because }) => `只有閘道執行時才能單獨回退 ${session}：${because}`,
  "no-active-branch": () => "閘道沒有說明它的活動分支",
  "history-cut": () => "它的歷史裡已沒有當時的結尾：此後被壓縮或重置",
  "nobody-wrote-since": () => "此後沒有人給它寫過消息：沒有可以截斷的位置",
  "stands-there-already": () => "它已經在那裡",
  "turn-ended-as": ({ status }) => `這一輪以「${status}」結束。`,
  "vault-not-open": () => "保險庫沒有打開。",
  "state-elsewhere": ({ gateway }) => `${gateway} 只是被監看：它的狀態不在這台機器上。`,
  "snapshot-hurt": ({ snapshot, findings }) => `${snapshot} 已損壞：${count(findings)} 處。`,
  "others-hurt": ({ snapshot }) => `${snapshot} 沒有損壞，但保險庫的其他部分已損壞。`,

  "nothing-live-changed": () => "現用狀態沒有任何改變。",
  "runs-as-before": () => "閘道又照原樣執行。",
  "started-not-yet-ready": ({ gateway }) =>
    `閘道又啟動了，但尚未就緒：clawback service status --gateway ${gateway} 會說它是否在執行，clawback logs --gateway ${gateway} 會說原因。`,
  "stopped-start-it": ({ gateway }) => `閘道沒有執行。請啟動它：clawback service start --gateway ${gateway}`,
  "drains-start-it": ({ gateway }) =>
    `閘道已被要求停止，仍在收尾：結束之前照常執行，結束後沒有人會啟動它。結束後請啟動：clawback service start --gateway ${gateway}`,
  "stop-by-hand": () => "請手動停止它，再執行同一命令。沒有更改任何東西。",
  "both-states-there": ({ gateway, journal }) =>
    `兩份狀態都在：${journal} 寫明了位置。徹底停止閘道，然後執行 \`clawback restore rollback --gateway ${gateway}\`。`,
  "decided-elsewhere": ({ gateway }) =>
    `它已在別處被接受或放回：clawback restore status --gateway ${gateway} 會說明是哪一種。`,
  "undo-says-which": ({ session, gateway }) =>
    `沒有失去任何東西。回到原處，或確認它仍在原處：clawback session rollback ${shellWord(session)} --undo --gateway ${gateway}`,
  "nothing-lost": () => "沒有失去任何東西。用 `clawback session list` 查看；若它仍然已死，就恢復整個狀態。",
  "nothing-was-changed": () => "沒有更改任何東西。",
  "take-whole-back": ({ gateway }) =>
    `改為恢復整個狀態：clawback snapshots restore last-good --only sessions --gateway ${gateway}`,
  "start-and-try": () => "啟動閘道後再試。",
  "when-turn-ends": () => "沒有更改任何東西。等這一輪結束後再試，或先停止它。",
  "go-further-back": () => "再往前回退，或檢查它的提供方。",
  "vault-screen-says": () => "保險庫畫面會說明原因和辦法。",
  "run-there": () => "請在閘道所在的機器上執行 clawback。",
  "compare-two": () => "比較兩個快照，或在閘道所在的機器上執行 clawback。",
  "verify-names": ({ snapshot }) => `clawback snapshots verify ${snapshot} 會逐一列出。`,

  restored: ({ snapshot }) => `已恢復到 ${snapshot}`,
  "put-back-because": ({ why }) => `已放回：${why}`,
  "was-put-back": ({ gateway, why }) => `${gateway} 已放回：${why}`,
  "called-off-because": ({ why }) => `已取消：${why}`,
  "restore-off": ({ gateway }) => `${gateway} 的恢復已取消`,
  "put-before": ({ gateway, snapshot }) => `${gateway} 已放回到 ${snapshot} 恢復之前`,
  "put-before-down": ({ gateway, snapshot }) => `${gateway} 已放回到 ${snapshot} 恢復之前，但它沒有執行`,
  "not-waited-for": ({ gateway }) => `不再等待 ${gateway}`,
  accepted: ({ snapshot }) => `已接受 ${snapshot}`,
  "session-back-at": ({ session, snapshot }) => `${session} 已回退到 ${snapshot}`,
  "session-undone": ({ session }) => `${session} 已在回退之前的位置`,
  "session-took-turn": ({ session }) => `${session} 完成了一輪`,
  "vault-made": ({ path }) => `已建立保險庫；恢復金鑰請儲存在別處：clawback vault key export（位於 ${path}）`,
  saved: ({ snapshot, fresh, all, missed }) =>
    `已儲存 ${snapshot}：${bytes(all)} 中新增 ${bytes(fresh)}${missed === 0 ? "" : `；${count(missed)} 個未能取到`}`,
  "is-whole": ({ snapshot, read }) => `${snapshot} 完整：讀回 ${bytes(read)}`,
  protected: ({ snapshot }) => `${snapshot} 已受保護：不會被刪除`,
  "not-protected": ({ snapshot }) => `${snapshot} 不再受保護`,
  exported: ({ path, size }) => `已寫入 ${path}：${bytes(size)}；用本保險庫的恢復金鑰打開`,
  deleted: ({ snapshot }) => `已刪除 ${snapshot}；clawback vault gc 釋放不再需要的內容`,
};
