import { age, bytes, count, percent, spent } from "../../../../ground/index.ts";
import type { TakebackWords } from "../../../../watch/index.ts";

/** What is looked at before a restore, what it does, and what it is compared on. */
export const takebackSentences: TakebackWords = {
  "is-read-only": ({ gateway }) => `${gateway} 在这里是只读的`,
  "not-read-only": () => "不是只读",
  "none-pending": () => "此状态没有其他正在进行的恢复",
  "one-pending": ({ snapshot }) => `对 ${snapshot} 的恢复尚未接受或放回`,
  "snapshot-whole": ({ snapshot }) => `${snapshot} 所需的一切都在保险库中；写出时再次检查每个字节`,
  "damaged-in-vault": ({ files, more }) =>
    `保险库中已损坏：${files.join("、")}${more === 0 ? "" : `，另有 ${count(more)} 个`}`,
  "live-still-has": ({ files, snapshot }) =>
    `保险库丢失了 ${snapshot} 的 ${count(files)} 个文件，现用状态中还有：从那里取，逐字节检查`,
  "no-such-place": ({ place }) => `快照中有 ${place}，而这里没有这样的位置`,
  "moves-here": ({ from, host, there, to, here }) => `从 ${from}（${host}，${there}）迁到 ${to}（${here}）`,
  "taken-here": ({ stateDir }) => `取自本机的 ${stateDir}`,
  "taken-elsewhere": ({ there, here }) => `取自 ${there}，而这里是 ${here}`,
  "versions-differ": ({ from, there, to, here }) => `${from}（v${there}）对 ${to}（v${here}）`,
  "same-version": ({ version }) => `两边都是 ${version}`,
  "taken-and-here": ({ from = "?", here = "?", runs }) =>
    `取自 OpenClaw ${from}，这里${runs ? "运行的是" : "上次运行的是"} ${here}`,
  "older-does-not-start": ({ releases, databases }) =>
    `${releases}：较旧的版本无法在较新的数据库上启动${databases.length === 0 ? "" : `（${databases.join("；")}）`}`,
  "schema-newer": ({ database, saved, here }) => `${database}：结构 ${saved}，这里 ${here}`,
  "first-start-migrates": ({ releases, databases }) => `${releases}：首次启动会迁移 ${databases.join("、")}`,
  "schema-migrates": ({ database, saved, here }) => `${database} 的结构从 ${saved} 到 ${here}`,
  "releases-fit": ({ releases, schemas }) => `${releases}，${compared(schemas)}`,
  "releases-unknown": ({ releases, schemas }) => `未知：${releases}，${compared(schemas)}`,
  "present-readable": () => "它的配置和数据库都能读取",
  "closed-to-us": ({ path }) => `${path} 对运行本程序的用户不可读`,
  "arrives-damaged": ({ database, snapshot }) =>
    `${database} 在 ${snapshot} 中本来就已损坏：网关无法在其上启动`,
  "arrives-unparsable": ({ snapshot }) => `${snapshot} 的 openclaw.json 无法解析：网关无法在其上启动`,
  "arrives-in-mode": ({ mode, snapshot }) =>
    `${snapshot} 的 openclaw.json 中 gateway.mode 为 "${mode}"：网关只在 "local" 下启动`,
  "with-more": ({ what, more }) => `${what}，另有 ${count(more)} 项`,
  "no-stop-needed": () => "不需要：它在运行中直接采用配置",
  "does-not-run": () => "它没有运行",
  "will-be-started": ({ service }) => `它没有运行；将由 ${service} 启动`,
  "cannot-be-stopped": ({ process }) =>
    `它正在运行${process === undefined ? "" : `（进程 ${process}）`}，而不知道如何停止和启动它`,
  "is-stopped-by": ({ service, process, restarts }) =>
    `${service}${process === undefined ? "" : `，进程 ${process}`}${restarts ? "；通知的是监管程序，所以它不会被再次启动" : ""}`,
  "keeps-dying": ({ deaths, withinMs }) =>
    `它不断退出又被启动：${withinMs === undefined ? "自上次有人启动它以来" : `${age(withinMs)} 内`} ${count(deaths)} 次`,
  "started-by-unknown": ({ dying }) => `${dying}，而不知道是什么在启动它`,
  "while-dying": ({ what, dying }) => `${what}；${dying}`,
  "space-needed": ({ needs, free }) => `需要 ${bytes(needs)}，可用 ${bytes(free)}`,
  "only-a-part": ({ scope }) => `只取回一部分：${scope}`,
  "agents-inside": ({ agents }) => `${count(agents)} 个代理，全部在状态目录内`,
  "with-workspaces": ({ places, snapshot }) => `连同 ${places.join("、")}，与 ${snapshot} 中一致`,
  "lies-inside": ({ path }) => `${path} 位于其中`,
  "not-writable": ({ path }) => `${path} 不可写入`,
  "own-file-system": ({ path }) => `${path} 自成一个文件系统，无法重命名`,
  "can-be-renamed": ({ path }) => `${path}：同一文件系统，可写`,
  "belongs-to": ({ path, owner, us }) => `${path} 属于用户 ${owner}，而这里是用户 ${us}`,

  "allow-change": () => "不带 --read-only 运行，或从其配置中去掉 readOnly。",
  "decide-pending": ({ gateway }) =>
    `用 \`clawback restore status --gateway ${gateway}\` 查看；然后 \`clawback restore accept --gateway ${gateway}\` 或 \`clawback restore rollback --gateway ${gateway}\`。`,
  "choose-another": () => "换一个：`clawback snapshots verify --all` 说明哪些完整。",
  "stopped-for-good": () => "确保那里的网关已彻底停止：两个持有相同密钥的网关会互相回复消息。",
  "stopped-or-stay": ({ from }) =>
    `请确认 ${from} 已彻底停止：两个密钥相同的网关会互相回复消息。要把它的通道、密钥和设备留在原处，请加上：--except config --except credentials --except gateway`,
  "give-workspace": () => "先在配置中给这个网关该代理的工作区，或用 --except workspace 排除它。",
  "same-versions": ({ older, version, anew }) =>
    `请让两边版本一致：把 ${older} 更新到 ${version}${anew ? "，在那里取新快照" : ""}，然后重试。`,
  "update-first": ({ version = "较新的版本", snapshot }) =>
    `先把 OpenClaw 更新到 ${version} 或更新。不更新也可查看快照：clawback snapshots restore ${snapshot} --target DIR`,
  "older-starts-as-is": () => "若现在装的是较旧的 OpenClaw，它会照原样在其上启动。首次启动比平时久。",
  "start-takes-longer": () => "无需做什么：这次启动比平时久。",
  "kept-until-accept": () => "网关无法在其上启动。在你接受之前，它照原样保留。",
  "choose-earlier": () =>
    "选择损坏之前的快照：`clawback snapshots list` 列出它们。加 --except sessions 可取回其余部分。",
  "keep-config": () => "加 --except config 则保留现在的配置。",
  "stops-if-changed": () =>
    "若其中一个在取走之前改变，恢复会停下，什么都不动。`clawback snapshots repair` 会在下次保存快照时修复保险库。",
  "no-older-openclaw": () => "确保这里的 OpenClaw 不比保存快照时的更旧。",
  "start-yourself": () => "不知道如何启动它：文件就位后请自行启动。",
  "find-who": () => "查明谁在使用此状态目录并停止它；在此之前什么都不动。",
  "name-service": ({ gateway }) => `在 ${gateway} 的配置中写明 \`service\`，或先手动停止它。`,
  "name-or-end": ({ gateway }) => `在 ${gateway} 的配置中写明 \`service\`，或彻底停止启动它的程序。`,
  "free-space": () => "在那里腾出空间：在你接受之前，旧状态保留在新状态旁边。",
  "leave-out": () => "用 --except workspace 排除它，或给它单独的目录。",
  "run-as-owner": () => "以其所有者的身份运行。",
  "restore-beside": () => "用 --target 恢复到旁边，或改为挂载其上级目录。",
  "run-as-user": ({ user }) => `以用户 ${user} 或 root 身份运行。`,

  "looking-again": () => "再看一遍两边",
  "asking-to-stop": ({ service }) => `请 ${service} 停止它`,
  "draining-for": ({ elapsedMs, leftMs }) => `已收尾 ${age(elapsedMs)}；最多还需 ${age(leftMs)}`,
  "stopped-after": ({ tookMs }) => `${spent(tookMs)} 后停止`,
  "killed-after": ({ tookMs }) => `${spent(tookMs)} 后被结束，没有收尾完`,
  "killing-now": () => "不再等待：正在结束它",
  "sees-stop-out": () => "已取消：它已被要求停止，结束后会再启动",
  "asking-to-start": ({ service }) => `请 ${service} 启动它`,
  "asking-to-start-again": ({ service }) => `请 ${service} 再次启动它`,
  "runs-again": () => "它又在运行",
  "starts-once-more": ({ restMs }) => `没有起来；${age(restMs)} 后再请求一次`,
  "runs-after": ({ tookMs }) => `${spent(tookMs)} 后运行`,
  "waiting-for-ready": () => "等待它启动并就绪",
  "no-answer-yet": () => "它还没有应答",
  "in-phase": ({ phase, pending }) =>
    `正处于 ${phases[phase] ?? phase}${pending === undefined ? "" : `，等待 ${pending}`}`,
  "has-started": () => "已启动",
  "started-failing": ({ failing }) => `已启动，未就绪：${failing.join("、")}`,
  "waits-for-channels": ({ failing, patienceMs }) =>
    `它已应答；最多等待 ${age(patienceMs)}：${failing.join("、")}`,
  "ended-while-starting": ({ seen }) => `它在启动时结束：${seen}`,
  "died-while-starting": ({ deaths }) => `它在启动时退出了 ${count(deaths)} 次`,
  "not-ready-within": ({ last, budgetMs }) => `启动 ${age(budgetMs)} 后：${last}`,
  "ready-after": ({ tookMs }) => `${spent(tookMs)} 后就绪`,
  "started-not-ready": ({ tookMs, failing }) => `${spent(tookMs)} 后启动；因 ${failing.join("、")} 未就绪`,
  "start-it-now": () => "不知道如何启动它：请现在照原来的方式启动",
  "snapshot-of-now": () => "保存现状的快照",
  "snapshot-since": () => "保存现状的快照：恢复之后写下的内容",
  "snapshot-is": ({ snapshot, fresh }) => `${snapshot}：新增 ${bytes(fresh)}`,
  "writing-beside": () => "正把快照写在现用状态旁边",
  adapted: ({ paths, rows, kept }) =>
    `配置中 ${count(paths)} 处路径和数据库中 ${count(rows)} 行已改为新位置${kept.length === 0 ? "" : `；${kept.join("、")} 保持这里的内容`}`,
  "written-beside": ({ files, bytes: size, fromVault, databases, leases }) =>
    `${count(files)} 个文件，${bytes(size)} 已写入并读回，其中 ${bytes(fromVault)} 取自保险库；检查了 ${count(databases)} 个数据库，去掉旧进程的 ${count(leases)} 个租约`,
  "old-out": () => "旧的出，新的进",
  renamed: ({ renames }) => `${count(renames)} 次重命名；旧状态保留在旁边`,
  exchanging: ({ roots }) => `${count(roots)} 处要交换`,
  exchanged: () => "新状态已就位；旧的保留在旁边",
  "waiting-for-config": () => "等待网关采用配置",
  "config-in-use": () => "网关说它有效并已采用",
  comparing: () => "把运行的与放回的核对",
  "as-put-back": ({ what }) => `${what.map(thing).join("、")}：与放回的一致`,
  "not-as-put-back": ({ things: differing }) => differing.join("；"),
  "thing-differs": ({ what, because }) => `${thing(what)}：${because}`,
  "putting-back": ({ why }) => `正在放回旧状态：${why}`,
  "old-is-back": () => "旧状态全部就位",

  "sessions-missing": ({ missing, all, first }) =>
    `${count(all)} 个会话中缺 ${count(missing)} 个，首先是 ${first}`,
  "sessions-there": ({ all, listed }) => `${count(all)} 个会话全在${listed ? "，网关自己的列表也是" : ""}`,
  "messages-missing": ({ session, has, wanted }) =>
    `${session} 有 ${count(has)} 条消息，应有 ${count(wanted)} 条`,
  "messages-uncounted": () => "这个版本不记消息数",
  "messages-there": ({ messages, sessions }) => `${count(sessions)} 个会话中的 ${count(messages)} 条消息`,
  "agents-there": ({ agents }) => `${count(agents)} 个代理`,
  "are-missing": ({ names }) => `缺少：${names.join("、")}`,
  "memory-missing": ({ has, wanted }) => `有 ${count(has)} 个记忆键，应有 ${count(wanted)} 个`,
  "memory-there": ({ keys }) => `${count(keys)} 个键`,
  "pressure-then": ({ pressure, saved }) => `压力 ${percent(pressure)}，快照中 ${percent(saved)}`,
  "channels-there": ({ names }) => (names.length === 0 ? "没有配置" : names.join("、")),
  "channels-missing": ({ names }) => `不再配置：${names.join("、")}`,
  "skills-there": ({ files }) => `${count(files)} 个技能和工具文件`,
  "skills-missing": ({ files, wanted }) => `${count(files)} 个技能和工具文件，应有 ${count(wanted)} 个`,
  "boot-unknown": () => "它不记录自己的启动",
  "boot-same": () => "与之前是同一次启动：它没有被重新启动",
  "boot-new": ({ boot }) => `新的启动，${boot}`,
};

/** As a gateway calls the phases of its start. */
const phases: Readonly<Record<string, string>> = { starting: "启动中", draining: "收尾中" };

const compared = (schemas: boolean): string => (schemas ? "结构相同" : "没有可比较的结构");

const thing = (what: string): string => new Map(Object.entries(things)).get(what) ?? what;

/** What a restored gateway is compared on. */
export const things = {
  sessions: "会话",
  messages: "消息",
  agents: "代理",
  memory: "记忆",
  context: "上下文",
  channels: "通道",
  skills: "技能",
  boot: "启动",
};
