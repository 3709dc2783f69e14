import { age } from "../../../../ground/index.ts";
import type { ConnectionWords } from "../../../../watch/index.ts";
import { problemAdvice } from "./problem-advice.ts";
import { problemKinds } from "./problem-kinds.ts";

/** What is said of a connection, and what advice goes with it. */
export const connection: ConnectionWords = {
  "as-told": ({ text }) => text,
  problem: ({ code, text }) => `${problemKinds.get(code) ?? "失败"}（${text}）`,
  "way-out": ({ code, text }) => problemAdvice.get(code)?.(text) ?? `可以这样做：${text}`,
  "first-attempt": () => "第一次尝试",
  "first-probe": () => "第一次探测",
  "no-listener": () => "它的端口无人监听",
  "no-way": ({ reason }) => `无法到达（${reason}）`,
  "no-way-probed": ({ reason }) => `无法到达：${reason}`,
  mute: ({ waitedFor, seconds }) => `它的端口接受连接，但 ${seconds} 秒内没有收到 ${waitedFor}`,
  "mute-probed": ({ waitedMs }) => `它接受连接，但 ${age(waitedMs)} 内没有应答`,
  untrusted: ({ reason }) => `证书未通过检查（${reason}）；没有发送任何密钥`,
  "hung-up": (end) => `在 hello 之前挂断（${closed(end)}）`,
  foreign: ({ reason }) => `应答的不是网关协议：${reason}`,
  "http-forwarded": ({ status }) => `HTTP ${status} 而不是 WebSocket：网关不信任该代理的转发标头`,
  "http-proxy": ({ status }) => `HTTP ${status}：代理后面没有网关`,
  "http-other": ({ status }) => `HTTP ${status} 而不是 WebSocket`,
  unpaired: ({ reason, request }) => `须先在那里批准此设备（${reason}，请求 ${request}）`,
  protocol: ({ expected }) => `它使用协议 ${expected}，clawback 使用 4`,
  "not-ready": ({ pending }) => `尚未就绪：${pending}`,
  "introduction-refused": ({ message }) => `它不接受 clawback 的自我介绍：${message}`,
  "refuses-us": ({ detail }) => `被拒绝：${detail}`,
  starting: ({ sinceMs, pending }) => `已启动 ${age(sinceMs)}${waitsFor(pending)}`,
  "starting-probed": ({ pending }) => `仍在启动${waitsFor(pending)}`,
  draining: () => "正在收尾：停止、重启或为快照静止；HTTP 看不出是哪一种",
  "health-unknown": ({ ignored }) => `它应答 HTTP，但没有说明健康状况（${ignored.join("；")}）`,
  probed: ({ ready, status, failing, health, version }) =>
    `只通过 HTTP 监视：${[
      ready === undefined ? undefined : ready ? "就绪" : "未就绪",
      status === undefined ? undefined : `它说 ${status}`,
      failing.length === 0 ? undefined : `失败：${failing.join("、")}`,
      health ? undefined : "活着，其余未知",
      version === undefined ? undefined : `版本 ${version}`,
    ]
      .filter((fact) => fact !== undefined)
      .join("，")}`,
  "no-tick": ({ silentMs }) => `${age(silentMs)} 没有心跳，而连接仍开着`,
  "no-answer": ({ silentMs }) => `有问题没有应答，${age(silentMs)} 没有任何消息`,
  "only-events": ({ silentMs }) => `它还在发送事件，却已有 ${age(silentMs)} 没有应答任何问题`,
  "under-scoped": ({ asked, granted }) =>
    `请求 ${asked.join("、")}，获得 ${granted.length === 0 ? "无" : granted.join("、")}`,
  met: (process) => about(process),
  "let-in": (process) => `现已获准进入，${about(process)}`,
  back: ({ announced, awayMs, ...process }) =>
    `${announced ? "按预告重启" : "未告别就重启"}，${after(awayMs)}回来，${about(process)}`,
  "same-process": ({ awayMs }) => `同一进程${after(awayMs)}又应答`,
  "as-announced": ({ because, at }, when) => `${because}，已于 ${when(at)} 预告`,
  "did-not-return": ({ because, reason, at }, when) =>
    `${because}；它在 ${when(at)} 告别（${reason}），没有回来`,
  "lost-without-goodbye": ({ because, at }, when) => `${because}；${when(at)} 断开，没有告别`,
  "gone-after-goodbye": ({ reason, at }, when) => `${when(at)} 告别（${reason}），没有回来`,
  goodbye: ({ reason, code }) => `告别：${reason}${code === undefined ? "" : `（关闭码 ${code}）`}`,
  "no-goodbye": (end) => `连接结束，没有告别（${closed(end)}）`,
  resumed: ({ afterMs }) => `${age(afterMs)} 后恢复运行`,
  "quiesced-by-us": () => "clawback 为快照让它静止",
  quiesced: ({ phase }) => `被他人静止（${phase}）；这种租约 2 分钟后自行结束`,
  "no-new-boot": ({ withinMs }) => `${age(withinMs)} 没有新的启动`,
  "no-new-boot-silent": () => "不再有新的启动，也无人应答",
  "quick-boots": ({ boots, withinMs, now }) => `${age(withinMs)} 内启动 ${boots} 次；现在：${now}`,

  "start-it": () => "启动它，或问它的服务为何没有运行。",
  "start-it-again": () => "再次启动它，或问它的服务为何没有启动。",
  "may-have-ended": () => "它挂断了：可能刚刚结束。自带 TLS 的网关要用 wss:// 连接。",
  "check-network": () => "检查名称、网络和机器。",
  "check-address-network": () => "检查地址和网络。",
  "stands-still": () => "它的事件循环停住了。查看它的 CPU 和内存，若一直如此就重启它。",
  "stands-still-probed": () => "它的事件循环停住了：查看它的 CPU 和内存，然后重启它。",
  "renew-certificate": () => "在那里更新证书，并检查两边的时钟。",
  "certificate-name": () => "证书是给另一个名称的：在地址中使用那个名称，或用 tls.fingerprint 固定证书。",
  "pin-certificate": ({ show }) =>
    `把 tls.fingerprint 设为 \`${show}\` 在网关机器上的输出，或把 tls.caFile 设为签发者。`,
  "read-log-if-it-stays": () => "若一直如此，请看网关的日志。",
  "another-program": () => "检查地址；那里可能是另一个程序在监听。",
  "trust-proxy": () => "在那里把代理加入 gateway.trustedProxies，或绕过它连接。",
  "look-at-proxy": () => "查看代理及其后面的网关。",
  "http-only": () => "检查地址；若网关只提供探测，请设置 httpOnly。",
  "behind-log-in": () => "检查地址是否属于网关，以及 /health 是否需要登录。",
  "approve-device": ({ approve }) => `在网关的机器上运行 \`${approve}\`；之后 clawback 会自行连接。`,
  "update-either": () => "更新 clawback，或更新较旧的网关。",
  "update-clawback": () => "更新 clawback：这个网关的协议更新了。",
  "check-token": () => "检查为此网关配置的令牌或密码。",
  "token-mismatch": () => "令牌不是该网关的。取自其配置中的 gateway.auth.token。",
  "token-missing": () => "配置网关的令牌：token: { env } 或 { file }。",
  "password-mismatch": () => "密码不是该网关的。",
  "password-missing": () => "配置网关的密码：password: { env } 或 { file }。",
  "rate-limited": () => "错误尝试太多：网关会拒绝一段时间。先改正密钥。",
  "scope-mismatch": () => "设备获准的权限不足以执行此操作。请在那里批准更大的请求。",
  "identity-required": () => "配置网关的令牌：没有它就需要已配对的设备。",
  "clocks-differ": () => "时钟相差太大：检查两台机器的时间。",
  "pair-this-machine": () => "把这台机器配对为网关的设备，或在网关自己的机器上连接。",
  "connects-again": () => "clawback 会重新连接，以区分网络中断与网关停住。",
  "read-last-lines": () => "看它日志的最后几行：崩溃、被杀或网络。",
  "stop-and-read": () => "先停止它的服务让它歇下来，再看最后一次启动的日志，然后才回到快照。",
  "connect-for-more": () => "看它的日志，或通过 WebSocket 连接以看到更多。",
};

const about = ({ version, uptimeMs }: { readonly version: string; readonly uptimeMs?: number }): string =>
  `版本 ${version}，当时已运行 ${age(uptimeMs)}`;

const after = (awayMs: number | undefined): string => (awayMs === undefined ? "" : `${age(awayMs)} 后`);

const waitsFor = (pending: string | undefined): string => (pending === undefined ? "" : `，等待 ${pending}`);

const closed = ({ code, reason }: { readonly code: number; readonly reason: string }): string =>
  `关闭码 ${code}${reason === "" ? "" : `，${reason}`}`;
