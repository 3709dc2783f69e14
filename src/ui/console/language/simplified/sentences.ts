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
  "nothing-heard": () => "还没有任何消息",
  "rule-says": ({ rule, because }) => `${rule}：${because}`,

  connection: ({ state, because, since }, when) => `${stateWord(state)}：${because}（自 ${when(since)}）`,
  "connection-was": ({ state, because }) => `${stateWord(state)}：${because}`,
  "never-heard": () => "从未有消息",
  "never-heard-since": ({ since }, when) => `从未有消息（自 ${when(since)}）`,
  "session-dead": ({ turns, since, route, pressure, over, refusedAt, refusal }, when) =>
    [
      `自 ${when(since)} 起 ${turns} 轮失败`,
      ...(route === undefined ? [] : [`路线 ${route}`, `压力 ${percent(pressure)}`]),
      ...(over > 0 ? [`超出 ${count(over)} 词元`] : []),
      refusedAt === undefined
        ? "没有完成的压缩"
        : `${when(refusedAt)} 压缩被拒绝${refusal === undefined ? "" : `（${refusal}）`}`,
    ].join("，"),
  "context-pressure": ({ needs, budget, pressure, limit, over, route }) =>
    `下一个提示需要 ${count(budget)} 词元中的 ${count(needs)}（${percent(pressure)}，上限 ${percent(limit)}）${over > 0 ? `，超出 ${count(over)} 词元` : ""}，路线 ${route ?? "?"}`,
  "context-usage": ({ used, window, usage, limit }) =>
    `已用 ${count(window)} 词元中的 ${count(used)}（${percent(usage)}，上限 ${percent(limit)}）`,
  "quick-starts-told": ({ boots, withinMs, seenAt }, when) =>
    `${age(withinMs)} 内启动 ${boots} 次（${when(seenAt)} 看到）`,
  "quick-starts": ({ starts, withinMs, lastAt, version, failure }, when) =>
    [
      `${age(withinMs)} 内启动 ${starts} 次`,
      `最后一次在 ${when(lastAt)}`,
      ...(version === undefined ? [] : [`版本 ${version}`]),
      ...(failure === undefined ? [] : [`启动失败：${failure}`]),
    ].join("，"),
  gauge: ({ vital, value, limit, usual }) =>
    `${vital} 为 ${inUnit(vital, value)}（上限 ${inUnit(vital, limit)}${usual === undefined ? "" : `，这里通常 ${inUnit(vital, usual)}`}）`,
  "memory-grew": ({ by, withinMs, from, to, hourly }) =>
    `RSS 在 ${age(withinMs)} 内增长 ${bytes(by)}，从 ${bytes(from)} 到 ${bytes(to)}，现在每小时 ${bytes(hourly)}`,
  "memory-high": ({ rss, limit, usual }) =>
    `RSS 为 ${bytes(rss)}（上限 ${bytes(limit)}，这里通常 ${bytes(usual)}）`,
  "memory-out-of-sync": ({ files, keys, detail, stale, gone, readAt }, when) =>
    `${files} 个记忆文件，索引中 ${keys ?? "?"} 个键${
      stale === undefined || gone === undefined
        ? detail === undefined
          ? ""
          : `：${detail}`
        : `：索引不知道或知道有误的文件 ${stale} 个，索引知道而已不在的 ${gone} 个`
    }（${when(readAt)} 读取）`,
  "key-quarantined": ({ provider, at }, when) =>
    `${provider} 的密钥因认证或计费失败被隔离（${when(at)} 得知）`,
  "calls-failing": ({ failed, calls, rate, limit, lastError }) =>
    `时段内 ${calls} 次模型调用中 ${failed} 次失败（${percent(rate)}，上限 ${percent(limit)}）${lastError === undefined ? "" : `；最后一次：${lastError}`}`,
  "config-invalid": ({ issue, more }) =>
    `配置文件无效：${issue ?? "没有指出问题"}${more > 0 ? `（另有 ${more} 处）` : ""}`,
  "config-unapplied": ({ forMs }) => `保存的配置已超过 ${age(forMs)} 没有生效`,
  "restore-mismatch": ({ snapshot, at, outcome, mismatches, more }) =>
    `${snapshot} 于 ${moment(at)} 恢复（${outcomeWord(outcome)}），而 ${mismatches.join("；")}${more > 0 ? `；另有 ${more} 项` : ""}`,
  "secret-logged": ({ what, subsystem, at, line }, when) =>
    `${when(at)} ${subsystem} 的一行中有 ${what}：${line}`,
  "no-turn": ({ since, limitMs }, when) => `自 ${when(since)} 起没有一轮（上限 ${age(limitMs)}）`,
  "turn-silent": ({ since, limitMs }, when) =>
    `正在运行，自 ${when(since)} 起没有消息（上限 ${age(limitMs)}）`,
  "snapshot-none": ({ lookedSince }, when) => `没有可以退回的快照，自 ${when(lookedSince)} 起也没有保存过`,
  "snapshot-overdue": ({ snapshot, takenAt, limitMs }) =>
    `最新的快照是 ${snapshot}，保存于 ${moment(takenAt)}（上限 ${age(limitMs)}）`,
  "snapshot-large": ({ snapshot, bytes: size, limit }) =>
    `${snapshot} 带来 ${bytes(size)} 新数据（上限 ${bytes(limit)}）`,
  "snapshots-frequent": ({ snapshots, withinMs, limit, everyMs }) =>
    `${age(withinMs)} 内 ${snapshots} 个快照（上限 ${limit} 个，每 ${age(everyMs)} 一个）`,
  "restores-fail": ({ succeeded, all, rate, limit, snapshot, gateway, at, outcome }) =>
    `${all} 次恢复中 ${succeeded} 次成功（${percent(rate)}，下限 ${percent(limit)}）；最后一次，${moment(at)} 在 ${gateway} 恢复 ${snapshot}：${outcomeWord(outcome)}`,
  "vault-unverified": ({ oldestAt, limitMs, verifiedAt }) =>
    `从未读回的最旧快照来自 ${moment(oldestAt)}（上限 ${age(limitMs)}）；上次校验 ${verifiedAt === undefined ? "从未" : moment(verifiedAt)}`,
  "own-rule": ({ when, readings }) => `${when}${readings === "" ? "" : `：${readings}`}`,
  "channel-gone": ({ channel, account, terminal, since, why, advice }, when) =>
    [
      `${channel}（${account}）自 ${when(since)} 起${terminal ? "断开，不会自行恢复" : "未连接"}`,
      ...(why === undefined ? [] : [why]),
      ...(advice === undefined ? [] : [`它的建议：${advice}`]),
    ].join("；"),

  "began-to-hold": ({ rule }) => `${rule} 开始成立`,
  "left-usual": ({ vital, usual, moved }) =>
    `${vital} 离开通常的 ${inUnit(vital, usual)}（当时 ${inUnit(vital, moved)}）`,
  "context-stopped-fitting": ({ session }) => `${session} 的上下文放不下了`,
  "last-work": () => "最后一次工作的迹象",
  "last-word-of-turn": ({ session }) => `${session} 中这一轮的最后消息`,
  "channel-disconnected": ({ channel, account }) => `${channel}（${account}）断开`,
  "first-quick-start": () => "连续快速启动中的第一次",
  "provider-refused": ({ provider }) => `${provider} 拒绝，其密钥被隔离`,
  "config-not-applied": () => "配置已保存而没有生效",
  "restore-of": ({ snapshot }) => `对 ${snapshot} 的恢复`,
  "secret-written": ({ what }) => `${what} 被写入日志`,

  "incident-on": ({ rule, gateway, more }) =>
    `${gateway}${more === 0 ? "" : ` 等 ${more + 1} 个网关`} 上的 ${rule}`,
  "priority-of": ({ rule, priority, hit, fleet }) =>
    `${rule} 为 ${priority}${hit > 1 ? `；${fleet} 个网关中 ${hit} 个受影响` : ""}`,
  "changed-before": ({ what, at, beforeMs }, when) => `${what}，在 ${when(at)}，即之前 ${age(beforeMs)}`,
  both: ({ first, second }) => `${first}；${second}`,
  "mark-set": ({ text }) => `标记“${text}”`,
  "on-gateway": ({ gateway, what }) => `${gateway}：${what}`,

  "alert-fired": ({ priority, rule, because }) => `${priority} ${rule}：${because}`,
  "alert-worse": ({ rule, because }) => `${rule} 变得更糟：${because}`,
  "alert-over": ({ rule }) => `${rule} 已结束`,
  "alert-acknowledged": ({ by, rule, note }) =>
    `${by} 确认了 ${rule}${note === undefined ? "" : `：${note}`}`,
  "step-done": ({ by, step }) => `${by} 做了：${runbook[step] ?? step}`,
  "snapshot-taken": ({ snapshot, kind }) => `快照 ${snapshot}（${kind}）`,
  restarted: ({ announced, from, to }) =>
    `${announced ? "按预告" : ""}重启${from === undefined || to === undefined ? "" : `，版本 ${from} → ${to}`}`,
  "config-applied": () => "配置已更改并生效",
  "config-changed": () => "配置文件已更改",
  "config-broken": ({ issue }) => `配置文件已损坏${issue === undefined ? "" : `：${issue}`}`,
  "config-mended": () => "配置文件又有效了",
  "frames-missed": ({ missed }) => `漏掉 ${missed} 帧；一切重新读取`,
  "another-machine": ({ from, to }) => `这里应答的是另一台机器：${from} → ${to}`,
  "restore-ended": ({ snapshot, outcome, mismatches }) =>
    `对 ${snapshot} 的恢复：${outcomeWord(outcome)}${mismatches === 0 ? "" : `，${mismatches} 项与快照不符`}`,
  "operation-begun": ({ operation, step }) => `${operationWord(operation)}开始：${step}`,
  "operation-ended": ({ operation, ok, text }) =>
    `${operationWord(operation)}${ok ? "完成" : "失败"}：${text}`,

  "taken-before": ({ beforeMs }) => `在问题开始前 ${age(beforeMs)} 保存`,
  "taken-ago": ({ agoMs }) => `${age(agoMs)}前保存，没有已知的问题`,
  "not-verified": () => "尚未校验",
  "verified-at": ({ at }, when) => `${when(at)} 已校验`,
  "pressure-unknown": () => "上下文压力未知",
  "pressure-was": ({ pressure }) => `上下文压力为 ${percent(pressure)}`,
  "nothing-fired-then": () => "保存时没有告警",
};

const stateWord = (state: string): string => connectionStates[state] ?? state;

/** The states of a connection, by the names that rules and reports have for them. */
const connectionStates: Readonly<Record<string, string>> = {
  connecting: "连接中",
  up: "运行",
  down: "宕机",
  booting: "启动中",
  frozen: "无响应",
  stopping: "停止中",
  crashed: "崩溃",
  "crash-loop": "反复崩溃",
  suspended: "已挂起",
  "half-open": "沉默",
  "under-scoped": "权限不足",
  pairing: "待配对",
  unauthorised: "被拒绝",
  incompatible: "不兼容",
  "http-only": "仅 HTTP",
};

const outcomeWord = (outcome: string): string => outcomes[outcome] ?? outcome;

const outcomes: Readonly<Record<string, string>> = {
  restored: "已恢复",
  "put-back": "已放回",
  stuck: "需要有人处理",
};

const operationWord = (operation: string): string => operations[operation] ?? operation;

const operations: Readonly<Record<string, string>> = {
  snapshot: "快照",
  restore: "恢复",
  rollback: "回退",
  run: "运行",
  service: "服务",
  verify: "校验",
  export: "导出",
  cleanup: "清理",
};
