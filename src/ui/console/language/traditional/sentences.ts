import { age, bytes, count, moment, percent } from "../../../../ground/index.ts";
import { inUnit, type SentenceWords } from "../../../../watch/index.ts";
import { connection } from "./connection.ts";
import { service } from "./service.ts";
import { problemSentences } from "./problem-sentences.ts";
import { runbook } from "./runbook.ts";
import { takebackSentences } from "./takeback-sentences.ts";

/** What the watch says of gateways, alerts and incidents. */
export const sentences: SentenceWords = {
  ...connection,
  ...service,
  ...takebackSentences,
  ...problemSentences,
  "nothing-heard": () => "還沒有任何消息",
  "rule-says": ({ rule, because }) => `${rule}：${because}`,

  connection: ({ state, because, since }, when) => `${stateWord(state)}：${because}（自 ${when(since)}）`,
  "connection-was": ({ state, because }) => `${stateWord(state)}：${because}`,
  "never-heard": () => "從未有消息",
  "never-heard-since": ({ since }, when) => `從未有消息（自 ${when(since)}）`,
  "session-dead": ({ turns, since, route, pressure, over, refusedAt, refusal }, when) =>
    [
      `自 ${when(since)} 起 ${turns} 輪失敗`,
      ...(route === undefined ? [] : [`路線 ${route}`, `壓力 ${percent(pressure)}`]),
      ...(over > 0 ? [`超出 ${count(over)} 詞元`] : []),
      refusedAt === undefined
        ? "沒有完成的壓縮"
        : `${when(refusedAt)} 壓縮被拒絕${refusal === undefined ? "" : `（${refusal}）`}`,
    ].join("，"),
  "context-pressure": ({ needs, budget, pressure, limit, over, route }) =>
    `下一個提示需要 ${count(budget)} 詞元中的 ${count(needs)}（${percent(pressure)}，上限 ${percent(limit)}）${over > 0 ? `，超出 ${count(over)} 詞元` : ""}，路線 ${route ?? "?"}`,
  "context-usage": ({ used, window, usage, limit }) =>
    `已用 ${count(window)} 詞元中的 ${count(used)}（${percent(usage)}，上限 ${percent(limit)}）`,
  "quick-starts-told": ({ boots, withinMs, seenAt }, when) =>
    `${age(withinMs)} 內啟動 ${boots} 次（${when(seenAt)} 看到）`,
  "quick-starts": ({ starts, withinMs, lastAt, version, failure }, when) =>
    [
      `${age(withinMs)} 內啟動 ${starts} 次`,
      `最後一次在 ${when(lastAt)}`,
      ...(version === undefined ? [] : [`版本 ${version}`]),
      ...(failure === undefined ? [] : [`啟動失敗：${failure}`]),
    ].join("，"),
  gauge: ({ vital, value, limit, usual }) =>
    `${vital} 為 ${inUnit(vital, value)}（上限 ${inUnit(vital, limit)}${usual === undefined ? "" : `，這裡通常 ${inUnit(vital, usual)}`}）`,
  "memory-grew": ({ by, withinMs, from, to, hourly }) =>
    `RSS 在 ${age(withinMs)} 內增長 ${bytes(by)}，從 ${bytes(from)} 到 ${bytes(to)}，現在每小時 ${bytes(hourly)}`,
  "memory-high": ({ rss, limit, usual }) =>
    `RSS 為 ${bytes(rss)}（上限 ${bytes(limit)}，這裡通常 ${bytes(usual)}）`,
  "memory-out-of-sync": ({ files, keys, detail, stale, gone, readAt }, when) =>
    `${files} 個記憶檔案，索引中 ${keys ?? "?"} 個鍵${
      stale === undefined || gone === undefined
        ? detail === undefined
          ? ""
          : `：${detail}`
        : `：索引不知道或知道有誤的檔案 ${stale} 個，索引知道而已不在的 ${gone} 個`
    }（${when(readAt)} 讀取）`,
  "key-quarantined": ({ provider, at }, when) =>
    `${provider} 的金鑰因驗證或計費失敗被隔離（${when(at)} 得知）`,
  "calls-failing": ({ failed, calls, rate, limit, lastError }) =>
    `時段內 ${calls} 次模型調用中 ${failed} 次失敗（${percent(rate)}，上限 ${percent(limit)}）${lastError === undefined ? "" : `；最後一次：${lastError}`}`,
  "config-invalid": ({ issue, more }) =>
    `設定檔無效：${issue ?? "沒有指出問題"}${more > 0 ? `（另有 ${more} 處）` : ""}`,
  "config-unapplied": ({ forMs }) => `保存的設定已超過 ${age(forMs)} 沒有生效`,
  "restore-mismatch": ({ snapshot, at, outcome, mismatches, more }) =>
    `${snapshot} 於 ${moment(at)} 恢復（${outcomeWord(outcome)}），而 ${mismatches.join("；")}${more > 0 ? `；另有 ${more} 項` : ""}`,
  "secret-logged": ({ what, subsystem, at, line }, when) =>
    `${when(at)} ${subsystem} 的一行中有 ${what}：${line}`,
  "no-turn": ({ since, limitMs }, when) => `自 ${when(since)} 起沒有一輪（上限 ${age(limitMs)}）`,
  "turn-silent": ({ since, limitMs }, when) =>
    `正在執行，自 ${when(since)} 起沒有消息（上限 ${age(limitMs)}）`,
  "snapshot-none": ({ lookedSince }, when) => `沒有可以退回的快照，自 ${when(lookedSince)} 起也沒有保存過`,
  "snapshot-overdue": ({ snapshot, takenAt, limitMs }) =>
    `最新的快照是 ${snapshot}，保存於 ${moment(takenAt)}（上限 ${age(limitMs)}）`,
  "snapshot-large": ({ snapshot, bytes: size, limit }) =>
    `${snapshot} 帶來 ${bytes(size)} 新資料（上限 ${bytes(limit)}）`,
  "snapshots-frequent": ({ snapshots, withinMs, limit, everyMs }) =>
    `${age(withinMs)} 內 ${snapshots} 個快照（上限 ${limit} 個，每 ${age(everyMs)} 一個）`,
  "restores-fail": ({ succeeded, all, rate, limit, snapshot, gateway, at, outcome }) =>
    `${all} 次恢復中 ${succeeded} 次成功（${percent(rate)}，下限 ${percent(limit)}）；最後一次，${moment(at)} 在 ${gateway} 恢復 ${snapshot}：${outcomeWord(outcome)}`,
  "vault-unverified": ({ oldestAt, limitMs, verifiedAt }) =>
    `從未讀回的最舊快照來自 ${moment(oldestAt)}（上限 ${age(limitMs)}）；上次驗證 ${verifiedAt === undefined ? "從未" : moment(verifiedAt)}`,
  "own-rule": ({ when, readings }) => `${when}${readings === "" ? "" : `：${readings}`}`,
  "channel-gone": ({ channel, account, terminal, since, why, advice }, when) =>
    [
      `${channel}（${account}）自 ${when(since)} 起${terminal ? "斷開，不會自行恢復" : "未連接"}`,
      ...(why === undefined ? [] : [why]),
      ...(advice === undefined ? [] : [`它的建議：${advice}`]),
    ].join("；"),

  "began-to-hold": ({ rule }) => `${rule} 開始成立`,
  "left-usual": ({ vital, usual, moved }) =>
    `${vital} 離開通常的 ${inUnit(vital, usual)}（當時 ${inUnit(vital, moved)}）`,
  "context-stopped-fitting": ({ session }) => `${session} 的上下文放不下了`,
  "last-work": () => "最後一次工作的跡象",
  "last-word-of-turn": ({ session }) => `${session} 中這一輪的最後消息`,
  "channel-disconnected": ({ channel, account }) => `${channel}（${account}）斷開`,
  "first-quick-start": () => "連續快速啟動中的第一次",
  "provider-refused": ({ provider }) => `${provider} 拒絕，其金鑰被隔離`,
  "config-not-applied": () => "設定已保存而沒有生效",
  "restore-of": ({ snapshot }) => `對 ${snapshot} 的恢復`,
  "secret-written": ({ what }) => `${what} 被寫入日誌`,

  "incident-on": ({ rule, gateway, more }) =>
    `${gateway}${more === 0 ? "" : ` 等 ${more + 1} 個閘道`} 上的 ${rule}`,
  "priority-of": ({ rule, priority, hit, fleet }) =>
    `${rule} 為 ${priority}${hit > 1 ? `；${fleet} 個閘道中 ${hit} 個受影響` : ""}`,
  "changed-before": ({ what, at, beforeMs }, when) => `${what}，在 ${when(at)}，即之前 ${age(beforeMs)}`,
  both: ({ first, second }) => `${first}；${second}`,
  "mark-set": ({ text }) => `標記“${text}”`,
  "on-gateway": ({ gateway, what }) => `${gateway}：${what}`,

  "alert-fired": ({ priority, rule, because }) => `${priority} ${rule}：${because}`,
  "alert-worse": ({ rule, because }) => `${rule} 變得更糟：${because}`,
  "alert-over": ({ rule }) => `${rule} 已結束`,
  "alert-acknowledged": ({ by, rule, note }) =>
    `${by} 確認了 ${rule}${note === undefined ? "" : `：${note}`}`,
  "step-done": ({ by, step }) => `${by} 做了：${runbook[step] ?? step}`,
  "snapshot-taken": ({ snapshot, kind }) => `快照 ${snapshot}（${kind}）`,
  restarted: ({ announced, from, to }) =>
    `${announced ? "按預告" : ""}重新啟動${from === undefined || to === undefined ? "" : `，版本 ${from} → ${to}`}`,
  "config-applied": () => "設定已更改並生效",
  "config-changed": () => "設定檔已更改",
  "config-broken": ({ issue }) => `設定檔已損壞${issue === undefined ? "" : `：${issue}`}`,
  "config-mended": () => "設定檔又有效了",
  "frames-missed": ({ missed }) => `漏掉 ${missed} 幀；一切重新讀取`,
  "another-machine": ({ from, to }) => `這裡應答的是另一台機器：${from} → ${to}`,
  "restore-ended": ({ snapshot, outcome, mismatches }) =>
    `對 ${snapshot} 的恢復：${outcomeWord(outcome)}${mismatches === 0 ? "" : `，${mismatches} 項與快照不符`}`,
  "operation-begun": ({ operation, step }) => `${operationWord(operation)}開始：${step}`,
  "operation-ended": ({ operation, ok, text }) =>
    `${operationWord(operation)}${ok ? "完成" : "失敗"}：${text}`,

  "taken-before": ({ beforeMs }) => `在問題開始前 ${age(beforeMs)} 保存`,
  "taken-ago": ({ agoMs }) => `${age(agoMs)}前保存，沒有已知的問題`,
  "not-verified": () => "尚未校驗",
  "verified-at": ({ at }, when) => `${when(at)} 已校驗`,
  "pressure-unknown": () => "上下文壓力未知",
  "pressure-was": ({ pressure }) => `上下文壓力為 ${percent(pressure)}`,
  "nothing-fired-then": () => "保存時沒有警報",
};

const stateWord = (state: string): string => connectionStates[state] ?? state;

/** The states of a connection, by the names that rules and reports have for them. */
const connectionStates: Readonly<Record<string, string>> = {
  connecting: "連接中",
  up: "執行",
  down: "當機",
  booting: "啟動中",
  frozen: "無回應",
  stopping: "停止中",
  crashed: "崩潰",
  "crash-loop": "反覆崩潰",
  suspended: "已暫停",
  "half-open": "沉默",
  "under-scoped": "權限不足",
  pairing: "待配對",
  unauthorised: "被拒絕",
  incompatible: "不相容",
  "http-only": "僅 HTTP",
};

const outcomeWord = (outcome: string): string => outcomes[outcome] ?? outcome;

const outcomes: Readonly<Record<string, string>> = {
  restored: "已恢復",
  "put-back": "已放回",
  stuck: "需要有人處理",
};

const operationWord = (operation: string): string => operations[operation] ?? operation;

const operations: Readonly<Record<string, string>> = {
  snapshot: "快照",
  restore: "恢復",
  rollback: "回退",
  run: "執行",
  service: "服務",
  verify: "驗證",
  export: "匯出",
  cleanup: "清理",
};
