import { bytes, count, shellWord } from "../../../../ground/index.ts";
import type { ProblemWords } from "../../../../watch/index.ts";

/** Why something was not done, what can be done about it, and what came of what was done. */
export const problemSentences: ProblemWords = {
  "with-advice": ({ first, second }) => `${first}${first.endsWith("。") ? "" : "。"}${second}`,

  "restore-called-off": () => "恢复被取消。",
  "rollback-called-off": () => "回退已取消：恢复的内容保留原处，仍待接受或回退。",
  "console-left": () => "控制台被关闭。",
  "you-asked": () => "应你的要求",
  "was-called-off": () => "它被取消了",
  "was-not-started": ({ because }) => `它没有启动：${because}`,
  "config-refused": ({ issue }) => `网关认为配置无效：${issue}`,
  "config-not-taken": ({ withinS, last }) => `网关在 ${withinS} 秒内没有采用配置：${last}`,
  "will-not-be-ready": ({ failing }) =>
    `它在运行，但只要 ${failing.join("、")} 失败就不会就绪：请检查该通道的账号。是它的提供方拒绝了它，恢复没有改变这一点。`,
  "restore-stuck": ({ why, what }) => `恢复失败（${why}），旧状态也无法放回：${what}。`,
  "not-restored": ({ because }) => `没有恢复，因为：${because}。`,
  "gateway-not-stopped": ({ because }) => `网关没有停止：${because}。`,
  "nothing-waits": ({ gateway }) => `${gateway} 没有待决定的恢复。`,
  "nothing-goes-on": ({ gateway }) => `这里没有正在进行的 ${gateway} 的恢复。`,
  "goes-on-already": ({ gateway }) => `${gateway} 的恢复已在进行。`,
  "session-not-moved": ({ session }) => `网关说可以，但 ${session} 仍在原处。`,
  "session-perhaps-moved": ({ session, because }) => `不知道 ${session} 是否已经移动：${because}。`,
  "session-refused": ({ session, because }) => `${session} 没有移动：${because}。`,
  "session-alone-absent": ({ because }) => `这个网关不能只回退一个会话：${because}。`,
  "session-busy": ({ session }) => `${session} 正在进行一轮，现在不能移动。`,
  "session-alone-offline": ({ session, because }) => `只有网关运行时才能单独回退 ${session}：${because}`,
  "no-active-branch": () => "网关没有说明它的活动分支",
  "history-cut": () => "它的历史里已没有当时的结尾：此后被压缩或重置",
  "nobody-wrote-since": () => "此后没有人给它写过消息：没有可以截断的位置",
  "stands-there-already": () => "它已经在那里",
  "turn-ended-as": ({ status }) => `这一轮以“${status}”结束。`,
  "vault-not-open": () => "保险库没有打开。",
  "state-elsewhere": ({ gateway }) => `${gateway} 只是被监视：它的状态不在这台机器上。`,
  "snapshot-hurt": ({ snapshot, findings }) => `${snapshot} 已损坏：${count(findings)} 处。`,
  "others-hurt": ({ snapshot }) => `${snapshot} 没有损坏，但保险库的其他部分已损坏。`,

  "nothing-live-changed": () => "现用状态没有任何改变。",
  "runs-as-before": () => "网关又照原样运行。",
  "started-not-yet-ready": ({ gateway }) =>
    `网关又启动了，但尚未就绪：clawback service status --gateway ${gateway} 会说它是否在运行，clawback logs --gateway ${gateway} 会说原因。`,
  "stopped-start-it": ({ gateway }) => `网关没有运行。请启动它：clawback service start --gateway ${gateway}`,
  "drains-start-it": ({ gateway }) =>
    `网关已被要求停止，仍在收尾：结束之前照常运行，结束后没有人会启动它。结束后请启动：clawback service start --gateway ${gateway}`,
  "stop-by-hand": () => "请手动停止它，再执行同一命令。没有更改任何东西。",
  "both-states-there": ({ gateway, journal }) =>
    `两份状态都在：${journal} 写明了位置。彻底停止网关，然后执行 \`clawback restore rollback --gateway ${gateway}\`。`,
  "decided-elsewhere": ({ gateway }) =>
    `它已在别处被接受或放回：clawback restore status --gateway ${gateway} 会说明是哪一种。`,
  "undo-says-which": ({ session, gateway }) =>
    `没有失去任何东西。回到原处，或确认它仍在原处：clawback session rollback ${shellWord(session)} --undo --gateway ${gateway}`,
  "nothing-lost": () => "没有失去任何东西。用 `clawback session list` 查看；若它仍然已死，就恢复整个状态。",
  "nothing-was-changed": () => "没有更改任何东西。",
  "take-whole-back": ({ gateway }) =>
    `改为恢复整个状态：clawback snapshots restore last-good --only sessions --gateway ${gateway}`,
  "start-and-try": () => "启动网关后再试。",
  "when-turn-ends": () => "没有更改任何东西。等这一轮结束后再试，或先停止它。",
  "go-further-back": () => "再往前回退，或检查它的提供方。",
  "vault-screen-says": () => "保险库画面会说明原因和办法。",
  "run-there": () => "请在网关所在的机器上运行 clawback。",
  "compare-two": () => "比较两个快照，或在网关所在的机器上运行 clawback。",
  "verify-names": ({ snapshot }) => `clawback snapshots verify ${snapshot} 会逐一列出。`,

  restored: ({ snapshot }) => `已恢复到 ${snapshot}`,
  "put-back-because": ({ why }) => `已放回：${why}`,
  "was-put-back": ({ gateway, why }) => `${gateway} 已放回：${why}`,
  "called-off-because": ({ why }) => `已取消：${why}`,
  "restore-off": ({ gateway }) => `${gateway} 的恢复已取消`,
  "put-before": ({ gateway, snapshot }) => `${gateway} 已放回到 ${snapshot} 恢复之前`,
  "put-before-down": ({ gateway, snapshot }) => `${gateway} 已放回到 ${snapshot} 恢复之前，但它没有运行`,
  "not-waited-for": ({ gateway }) => `不再等待 ${gateway}`,
  accepted: ({ snapshot }) => `已接受 ${snapshot}`,
  "session-back-at": ({ session, snapshot }) => `${session} 已回退到 ${snapshot}`,
  "session-undone": ({ session }) => `${session} 已在回退之前的位置`,
  "session-took-turn": ({ session }) => `${session} 完成了一轮`,
  "vault-made": ({ path }) => `已建立保险库；恢复密钥请保存在别处：clawback vault key export（位于 ${path}）`,
  saved: ({ snapshot, fresh, all, missed }) =>
    `已保存 ${snapshot}：${bytes(all)} 中新增 ${bytes(fresh)}${missed === 0 ? "" : `；${count(missed)} 个未能取到`}`,
  "is-whole": ({ snapshot, read }) => `${snapshot} 完整：读回 ${bytes(read)}`,
  protected: ({ snapshot }) => `${snapshot} 已受保护：不会被删除`,
  "not-protected": ({ snapshot }) => `${snapshot} 不再受保护`,
  exported: ({ path, size }) => `已写入 ${path}：${bytes(size)}；用本保险库的恢复密钥打开`,
  deleted: ({ snapshot }) => `已删除 ${snapshot}；clawback vault gc 释放不再需要的内容`,
};
