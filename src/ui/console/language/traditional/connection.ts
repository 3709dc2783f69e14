import { age } from "../../../../ground/index.ts";
import type { ConnectionWords } from "../../../../watch/index.ts";
import { problemAdvice } from "./problem-advice.ts";
import { problemKinds } from "./problem-kinds.ts";

/** What is said of a connection, and what advice goes with it. */
export const connection: ConnectionWords = {
  "as-told": ({ text }) => text,
  problem: ({ code, text }) => `${problemKinds.get(code) ?? "失敗"}（${text}）`,
  "way-out": ({ code, text }) => problemAdvice.get(code)?.(text) ?? `可以這樣做：${text}`,
  "first-attempt": () => "第一次嘗試",
  "first-probe": () => "第一次探測",
  "no-listener": () => "它的連接埠無人監聽",
  "no-way": ({ reason }) => `無法到達（${reason}）`,
  "no-way-probed": ({ reason }) => `無法到達：${reason}`,
  mute: ({ waitedFor, seconds }) => `它的連接埠接受連接，但 ${seconds} 秒內沒有收到 ${waitedFor}`,
  "mute-probed": ({ waitedMs }) => `它接受連接，但 ${age(waitedMs)} 內沒有應答`,
  untrusted: ({ reason }) => `證書未通過檢查（${reason}）；沒有發送任何金鑰`,
  "hung-up": (end) => `在 hello 之前掛斷（${closed(end)}）`,
  foreign: ({ reason }) => `應答的不是閘道協定：${reason}`,
  "http-forwarded": ({ status }) => `HTTP ${status} 而不是 WebSocket：閘道不信任該代理的轉發標頭`,
  "http-proxy": ({ status }) => `HTTP ${status}：代理後面沒有閘道`,
  "http-other": ({ status }) => `HTTP ${status} 而不是 WebSocket`,
  unpaired: ({ reason, request }) => `須先在那裡核准此裝置（${reason}，要求 ${request}）`,
  protocol: ({ expected }) => `它使用協定 ${expected}，clawback 使用 4`,
  "not-ready": ({ pending }) => `尚未就緒：${pending}`,
  "introduction-refused": ({ message }) => `它不接受 clawback 的自我介紹：${message}`,
  "refuses-us": ({ detail }) => `被拒絕：${detail}`,
  starting: ({ sinceMs, pending }) => `已啟動 ${age(sinceMs)}${waitsFor(pending)}`,
  "starting-probed": ({ pending }) => `仍在啟動${waitsFor(pending)}`,
  draining: () => "正在收尾：停止、重新啟動或為快照靜止；HTTP 看不出是哪一種",
  "health-unknown": ({ ignored }) => `它應答 HTTP，但沒有說明健康狀況（${ignored.join("；")}）`,
  probed: ({ ready, status, failing, health, version }) =>
    `只透過 HTTP 監看：${[
      ready === undefined ? undefined : ready ? "就緒" : "未就緒",
      status === undefined ? undefined : `它說 ${status}`,
      failing.length === 0 ? undefined : `失敗：${failing.join("、")}`,
      health ? undefined : "活著，其餘未知",
      version === undefined ? undefined : `版本 ${version}`,
    ]
      .filter((fact) => fact !== undefined)
      .join("，")}`,
  "no-tick": ({ silentMs }) => `${age(silentMs)} 沒有心跳，而連接仍開著`,
  "no-answer": ({ silentMs }) => `有問題沒有應答，${age(silentMs)} 沒有任何消息`,
  "only-events": ({ silentMs }) => `它還在傳送事件，卻已有 ${age(silentMs)} 沒有應答任何問題`,
  "under-scoped": ({ asked, granted }) =>
    `要求 ${asked.join("、")}，獲得 ${granted.length === 0 ? "無" : granted.join("、")}`,
  met: (process) => about(process),
  "let-in": (process) => `現已獲准進入，${about(process)}`,
  back: ({ announced, awayMs, ...process }) =>
    `${announced ? "按預告重新啟動" : "未告別就重新啟動"}，${after(awayMs)}回來，${about(process)}`,
  "same-process": ({ awayMs }) => `同一行程${after(awayMs)}又應答`,
  "as-announced": ({ because, at }, when) => `${because}，已於 ${when(at)} 預告`,
  "did-not-return": ({ because, reason, at }, when) =>
    `${because}；它在 ${when(at)} 告別（${reason}），沒有回來`,
  "lost-without-goodbye": ({ because, at }, when) => `${because}；${when(at)} 斷開，沒有告別`,
  "gone-after-goodbye": ({ reason, at }, when) => `${when(at)} 告別（${reason}），沒有回來`,
  goodbye: ({ reason, code }) => `告別：${reason}${code === undefined ? "" : `（關閉碼 ${code}）`}`,
  "no-goodbye": (end) => `連接結束，沒有告別（${closed(end)}）`,
  resumed: ({ afterMs }) => `${age(afterMs)} 後恢復執行`,
  "quiesced-by-us": () => "clawback 為快照讓它靜止",
  quiesced: ({ phase }) => `被他人靜止（${phase}）；這種租約 2 分鐘後自行結束`,
  "no-new-boot": ({ withinMs }) => `${age(withinMs)} 沒有新的啟動`,
  "no-new-boot-silent": () => "不再有新的啟動，也無人應答",
  "quick-boots": ({ boots, withinMs, now }) => `${age(withinMs)} 內啟動 ${boots} 次；現在：${now}`,

  "start-it": () => "啟動它，或問它的服務為何沒有執行。",
  "start-it-again": () => "再次啟動它，或問它的服務為何沒有啟動。",
  "may-have-ended": () => "它掛斷了：可能剛剛結束。自帶 TLS 的閘道要用 wss:// 連接。",
  "check-network": () => "檢查名稱、網路和機器。",
  "check-address-network": () => "檢查地址和網路。",
  "stands-still": () => "它的事件迴圈停住了。查看它的 CPU 和記憶體，若一直如此就重新啟動它。",
  "stands-still-probed": () => "它的事件迴圈停住了：查看它的 CPU 和記憶體，然後重新啟動它。",
  "renew-certificate": () => "在那裡更新證書，並檢查兩邊的時鐘。",
  "certificate-name": () => "證書是給另一個名稱的：在地址中使用那個名稱，或用 tls.fingerprint 固定證書。",
  "pin-certificate": ({ show }) =>
    `把 tls.fingerprint 設為 \`${show}\` 在閘道機器上的輸出，或把 tls.caFile 設為簽發者。`,
  "read-log-if-it-stays": () => "若一直如此，請看閘道的日誌。",
  "another-program": () => "檢查地址；那裡可能是另一個程式在監聽。",
  "trust-proxy": () => "在那裡把代理加入 gateway.trustedProxies，或繞過它連接。",
  "look-at-proxy": () => "查看代理及其後面的閘道。",
  "http-only": () => "檢查地址；若閘道只提供探測，請設置 httpOnly。",
  "behind-log-in": () => "檢查地址是否屬於閘道，以及 /health 是否需要登入。",
  "approve-device": ({ approve }) => `在閘道的機器上執行 \`${approve}\`；之後 clawback 會自行連接。`,
  "update-either": () => "更新 clawback，或更新較舊的閘道。",
  "update-clawback": () => "更新 clawback：這個閘道的協定更新了。",
  "check-token": () => "檢查為此閘道設定的權杖或密碼。",
  "token-mismatch": () => "權杖不是該閘道的。取自其設定中的 gateway.auth.token。",
  "token-missing": () => "設定閘道的權杖：token: { env } 或 { file }。",
  "password-mismatch": () => "密碼不是該閘道的。",
  "password-missing": () => "設定閘道的密碼：password: { env } 或 { file }。",
  "rate-limited": () => "錯誤嘗試太多：閘道會拒絕一段時間。先改正金鑰。",
  "scope-mismatch": () => "裝置獲准的權限不足以執行此操作。請在那裡核准更大的要求。",
  "identity-required": () => "設定閘道的權杖：沒有它就需要已配對的裝置。",
  "clocks-differ": () => "時鐘相差太大：檢查兩台機器的時間。",
  "pair-this-machine": () => "把這台機器配對為閘道的裝置，或在閘道自己的機器上連接。",
  "connects-again": () => "clawback 會重新連接，以區分網路中斷與閘道停住。",
  "read-last-lines": () => "看它日誌的最後幾行：崩潰、被殺或網路。",
  "stop-and-read": () => "先停止它的服務讓它歇下來，再看最後一次啟動的日誌，然後才回到快照。",
  "connect-for-more": () => "看它的日誌，或透過 WebSocket 連接以看到更多。",
};

const about = ({ version, uptimeMs }: { readonly version: string; readonly uptimeMs?: number }): string =>
  `版本 ${version}，當時已執行 ${age(uptimeMs)}`;

const after = (awayMs: number | undefined): string => (awayMs === undefined ? "" : `${age(awayMs)} 後`);

const waitsFor = (pending: string | undefined): string => (pending === undefined ? "" : `，等待 ${pending}`);

const closed = ({ code, reason }: { readonly code: number; readonly reason: string }): string =>
  `關閉碼 ${code}${reason === "" ? "" : `，${reason}`}`;
