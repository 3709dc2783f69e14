import { age, bytes, count, percent, spent } from "../../../../ground/index.ts";
import type { TakebackWords } from "../../../../watch/index.ts";

/** What is looked at before a restore, what it does, and what it is compared on. */
export const takebackSentences: TakebackWords = {
  "is-read-only": ({ gateway }) => `${gateway} 在這裡是唯讀的`,
  "not-read-only": () => "不是唯讀",
  "none-pending": () => "此狀態沒有其他正在進行的恢復",
  "one-pending": ({ snapshot }) => `對 ${snapshot} 的恢復尚未接受或放回`,
  "snapshot-whole": ({ snapshot }) => `${snapshot} 所需的一切都在保險庫中；寫出時再次檢查每個位元組`,
  "damaged-in-vault": ({ files, more }) =>
    `保險庫中已損壞：${files.join("、")}${more === 0 ? "" : `，另有 ${count(more)} 個`}`,
  "live-still-has": ({ files, snapshot }) =>
    `保險庫丟失了 ${snapshot} 的 ${count(files)} 個檔案，現用状態中還有：從那裡取，逐位元組檢查`,
  "no-such-place": ({ place }) => `快照中有 ${place}，而這裡沒有這樣的位置`,
  "moves-here": ({ from, host, there, to, here }) => `從 ${from}（${host}，${there}）遷到 ${to}（${here}）`,
  "taken-here": ({ stateDir }) => `取自本機的 ${stateDir}`,
  "taken-elsewhere": ({ there, here }) => `取自 ${there}，而這裡是 ${here}`,
  "versions-differ": ({ from, there, to, here }) => `${from}（v${there}）對 ${to}（v${here}）`,
  "same-version": ({ version }) => `兩邊都是 ${version}`,
  "taken-and-here": ({ from = "?", here = "?", runs }) =>
    `取自 OpenClaw ${from}，這裡${runs ? "執行的是" : "上次執行的是"} ${here}`,
  "older-does-not-start": ({ releases, databases }) =>
    `${releases}：較舊的版本無法在較新的資料庫上啟動${databases.length === 0 ? "" : `（${databases.join("；")}）`}`,
  "schema-newer": ({ database, saved, here }) => `${database}：結構 ${saved}，這裡 ${here}`,
  "first-start-migrates": ({ releases, databases }) => `${releases}：首次啟動會遷移 ${databases.join("、")}`,
  "schema-migrates": ({ database, saved, here }) => `${database} 的結構從 ${saved} 到 ${here}`,
  "releases-fit": ({ releases, schemas }) => `${releases}，${compared(schemas)}`,
  "releases-unknown": ({ releases, schemas }) => `未知：${releases}，${compared(schemas)}`,
  "present-readable": () => "它的設定和資料庫都能讀取",
  "closed-to-us": ({ path }) => `${path} 對執行本程式的使用者不可讀`,
  "arrives-damaged": ({ database, snapshot }) =>
    `${database} 在 ${snapshot} 中本來就已損壞：閘道無法在其上啟動`,
  "arrives-unparsable": ({ snapshot }) => `${snapshot} 的 openclaw.json 無法解析：閘道無法在其上啟動`,
  "arrives-in-mode": ({ mode, snapshot }) =>
    `${snapshot} 的 openclaw.json 中 gateway.mode 為 "${mode}"：閘道只在 "local" 下啟動`,
  "with-more": ({ what, more }) => `${what}，另有 ${count(more)} 項`,
  "no-stop-needed": () => "不需要：它在執行中直接採用設定",
  "does-not-run": () => "它沒有執行",
  "will-be-started": ({ service }) => `它沒有執行；將由 ${service} 啟動`,
  "cannot-be-stopped": ({ process }) =>
    `它正在執行${process === undefined ? "" : `（行程 ${process}）`}，而不知道如何停止和啟動它`,
  "is-stopped-by": ({ service, process, restarts }) =>
    `${service}${process === undefined ? "" : `，行程 ${process}`}${restarts ? "；通知的是監管程式，所以它不會被再次啟動" : ""}`,
  "keeps-dying": ({ deaths, withinMs }) =>
    `它不斷退出又被啟動：${withinMs === undefined ? "自上次有人啟動它以來" : `${age(withinMs)} 內`} ${count(deaths)} 次`,
  "started-by-unknown": ({ dying }) => `${dying}，而不知道是什麼在啟動它`,
  "while-dying": ({ what, dying }) => `${what}；${dying}`,
  "space-needed": ({ needs, free }) => `需要 ${bytes(needs)}，可用 ${bytes(free)}`,
  "only-a-part": ({ scope }) => `只取回一部分：${scope}`,
  "agents-inside": ({ agents }) => `${count(agents)} 個代理，全部在狀態目錄內`,
  "with-workspaces": ({ places, snapshot }) => `連同 ${places.join("、")}，與 ${snapshot} 中一致`,
  "lies-inside": ({ path }) => `${path} 位於其中`,
  "not-writable": ({ path }) => `${path} 不可寫入`,
  "own-file-system": ({ path }) => `${path} 自成一個檔案系統，無法重新命名`,
  "can-be-renamed": ({ path }) => `${path}：同一檔案系統，可寫`,
  "belongs-to": ({ path, owner, us }) => `${path} 屬於使用者 ${owner}，而這裡是使用者 ${us}`,

  "allow-change": () => "不帶 --read-only 執行，或從其設定中去掉 readOnly。",
  "decide-pending": ({ gateway }) =>
    `用 \`clawback restore status --gateway ${gateway}\` 查看；然後 \`clawback restore accept --gateway ${gateway}\` 或 \`clawback restore rollback --gateway ${gateway}\`。`,
  "choose-another": () => "換一個：`clawback snapshots verify --all` 說明哪些完整。",
  "stopped-for-good": () => "確保那裡的閘道已徹底停止：兩個持有相同金鑰的閘道會互相回復消息。",
  "stopped-or-stay": ({ from }) =>
    `請確認 ${from} 已徹底停止：兩個金鑰相同的閘道會互相回覆訊息。要把它的頻道、機密和裝置留在原處，請加上：--except config --except credentials --except gateway`,
  "give-workspace": () => "先在設定中給這個閘道該代理的工作區，或用 --except workspace 排除它。",
  "same-versions": ({ older, version, anew }) =>
    `請讓兩邊版本一致：把 ${older} 更新到 ${version}${anew ? "，在那裡取新快照" : ""}，然後重試。`,
  "update-first": ({ version = "較新的版本", snapshot }) =>
    `先把 OpenClaw 更新到 ${version} 或更新。不更新也可查看快照：clawback snapshots restore ${snapshot} --target DIR`,
  "older-starts-as-is": () => "若現在裝的是較舊的 OpenClaw，它會照原樣在其上啟動。首次啟動比平時久。",
  "start-takes-longer": () => "無需做什麼：這次啟動比平時久。",
  "kept-until-accept": () => "閘道無法在其上啟動。在你接受之前，它照原樣保留。",
  "choose-earlier": () =>
    "選擇損壞之前的快照：`clawback snapshots list` 列出它們。加 --except sessions 可取回其餘部分。",
  "keep-config": () => "加 --except config 則保留現在的設定。",
  "stops-if-changed": () =>
    "若其中一個在取走之前改變，恢復會停下，什麼都不動。`clawback snapshots repair` 會在下次保存快照時修復保險庫。",
  "no-older-openclaw": () => "確保這裡的 OpenClaw 不比保存快照時的更舊。",
  "start-yourself": () => "不知道如何啟動它：檔案就位後請自行啟動。",
  "find-who": () => "查明誰在使用此狀態目錄並停止它；在此之前什麼都不動。",
  "name-service": ({ gateway }) => `在 ${gateway} 的設定中寫明 \`service\`，或先手動停止它。`,
  "name-or-end": ({ gateway }) => `在 ${gateway} 的設定中寫明 \`service\`，或徹底停止啟動它的程式。`,
  "free-space": () => "在那裡騰出空間：在你接受之前，舊狀態保留在新狀態旁邊。",
  "leave-out": () => "用 --except workspace 排除它，或給它單獨的目錄。",
  "run-as-owner": () => "以其所有者的身份執行。",
  "restore-beside": () => "用 --target 恢復到旁邊，或改為掛載其上級目錄。",
  "run-as-user": ({ user }) => `以使用者 ${user} 或 root 身份執行。`,

  "looking-again": () => "再看一遍兩邊",
  "asking-to-stop": ({ service }) => `請 ${service} 停止它`,
  "draining-for": ({ elapsedMs, leftMs }) => `已收尾 ${age(elapsedMs)}；最多還需 ${age(leftMs)}`,
  "stopped-after": ({ tookMs }) => `${spent(tookMs)} 後停止`,
  "killed-after": ({ tookMs }) => `${spent(tookMs)} 後被結束，沒有收尾完`,
  "killing-now": () => "不再等待：正在結束它",
  "sees-stop-out": () => "已取消：它已被要求停止，結束後會再啟動",
  "asking-to-start": ({ service }) => `請 ${service} 啟動它`,
  "asking-to-start-again": ({ service }) => `請 ${service} 再次啟動它`,
  "runs-again": () => "它又在執行",
  "starts-once-more": ({ restMs }) => `沒有起來；${age(restMs)} 後再請求一次`,
  "runs-after": ({ tookMs }) => `${spent(tookMs)} 後執行`,
  "waiting-for-ready": () => "等待它啟動並就緒",
  "no-answer-yet": () => "它還沒有應答",
  "in-phase": ({ phase, pending }) =>
    `正處於 ${phases[phase] ?? phase}${pending === undefined ? "" : `，等待 ${pending}`}`,
  "has-started": () => "已啟動",
  "started-failing": ({ failing }) => `已啟動，未就緒：${failing.join("、")}`,
  "waits-for-channels": ({ failing, patienceMs }) =>
    `它已應答；最多等待 ${age(patienceMs)}：${failing.join("、")}`,
  "ended-while-starting": ({ seen }) => `它在啟動時結束：${seen}`,
  "died-while-starting": ({ deaths }) => `它在啟動時退出了 ${count(deaths)} 次`,
  "not-ready-within": ({ last, budgetMs }) => `啟動 ${age(budgetMs)} 後：${last}`,
  "ready-after": ({ tookMs }) => `${spent(tookMs)} 後就緒`,
  "started-not-ready": ({ tookMs, failing }) => `${spent(tookMs)} 後啟動；因 ${failing.join("、")} 未就緒`,
  "start-it-now": () => "不知道如何啟動它：請現在照原來的方式啟動",
  "snapshot-of-now": () => "保存現狀的快照",
  "snapshot-since": () => "保存現狀的快照：恢復之後寫下的內容",
  "snapshot-is": ({ snapshot, fresh }) => `${snapshot}：新增 ${bytes(fresh)}`,
  "writing-beside": () => "正把快照寫在現用狀態旁邊",
  adapted: ({ paths, rows, kept }) =>
    `設定中 ${count(paths)} 處路徑和資料庫中 ${count(rows)} 列已改為新位置${kept.length === 0 ? "" : `；${kept.join("、")} 保持這裡的內容`}`,
  "written-beside": ({ files, bytes: size, fromVault, databases, leases }) =>
    `${count(files)} 個檔案，${bytes(size)} 已寫入並讀回，其中 ${bytes(fromVault)} 取自保險庫；檢查了 ${count(databases)} 個資料庫，去掉舊行程的 ${count(leases)} 個租約`,
  "old-out": () => "舊的出，新的進",
  renamed: ({ renames }) => `${count(renames)} 次重新命名；舊狀態保留在旁邊`,
  exchanging: ({ roots }) => `${count(roots)} 處要交換`,
  exchanged: () => "新狀態已就位；舊的保留在旁邊",
  "waiting-for-config": () => "等待閘道採用設定",
  "config-in-use": () => "閘道說它有效並已採用",
  comparing: () => "把執行的與放回的核對",
  "as-put-back": ({ what }) => `${what.map(thing).join("、")}：與放回的一致`,
  "not-as-put-back": ({ things: differing }) => differing.join("；"),
  "thing-differs": ({ what, because }) => `${thing(what)}：${because}`,
  "putting-back": ({ why }) => `正在放回舊狀態：${why}`,
  "old-is-back": () => "舊狀態全部就位",

  "sessions-missing": ({ missing, all, first }) =>
    `${count(all)} 個工作階段中缺 ${count(missing)} 個，首先是 ${first}`,
  "sessions-there": ({ all, listed }) =>
    `${count(all)} 個工作階段全在${listed ? "，閘道自己的列表也是" : ""}`,
  "messages-missing": ({ session, has, wanted }) =>
    `${session} 有 ${count(has)} 條消息，應有 ${count(wanted)} 條`,
  "messages-uncounted": () => "這個版本不記消息數",
  "messages-there": ({ messages, sessions }) => `${count(sessions)} 個工作階段中的 ${count(messages)} 條消息`,
  "agents-there": ({ agents }) => `${count(agents)} 個代理`,
  "are-missing": ({ names }) => `缺少：${names.join("、")}`,
  "memory-missing": ({ has, wanted }) => `有 ${count(has)} 個記憶鍵，應有 ${count(wanted)} 個`,
  "memory-there": ({ keys }) => `${count(keys)} 個鍵`,
  "pressure-then": ({ pressure, saved }) => `壓力 ${percent(pressure)}，快照中 ${percent(saved)}`,
  "channels-there": ({ names }) => (names.length === 0 ? "沒有設定" : names.join("、")),
  "channels-missing": ({ names }) => `不再設定：${names.join("、")}`,
  "skills-there": ({ files }) => `${count(files)} 個技能和工具檔案`,
  "skills-missing": ({ files, wanted }) => `${count(files)} 個技能和工具檔案，應有 ${count(wanted)} 個`,
  "boot-unknown": () => "它不記錄自己的啟動",
  "boot-same": () => "與之前是同一次啟動：它沒有被重新啟動",
  "boot-new": ({ boot }) => `新的啟動，${boot}`,
};

/** As a gateway calls the phases of its start. */
const phases: Readonly<Record<string, string>> = { starting: "啟動中", draining: "收尾中" };

const compared = (schemas: boolean): string => (schemas ? "結構相同" : "沒有可比較的結構");

const thing = (what: string): string => new Map(Object.entries(things)).get(what) ?? what;

/** What a restored gateway is compared on. */
export const things = {
  sessions: "工作階段",
  messages: "消息",
  agents: "代理",
  memory: "記憶",
  context: "上下文",
  channels: "頻道",
  skills: "技能",
  boot: "啟動",
};
