import { age, inWords, type SentenceOf, type WordsOf } from "../../ground/index.ts";

/**
 * What is said of a connection, in every sentence there is, with the values that stand in it. A sentence is kept and read
 * again later: it names the moment it speaks of, never how long ago that was.
 */
const evidence = {
  /** In the words of whoever said it. */
  "as-told": { text: "text" },
  /** Of a failure no table knows: its code, for which a language may have a word, and its own words. */
  problem: { code: "text", text: "text" },
  /** What can be done about such a one. */
  "way-out": { code: "text", text: "text" },
  "first-attempt": {},
  "first-probe": {},
  "no-listener": {},
  "no-way": { reason: "text" },
  "no-way-probed": { reason: "text" },
  mute: { waitedFor: "text", seconds: "number" },
  "mute-probed": { waitedMs: "number" },
  untrusted: { reason: "text" },
  "hung-up": { code: "number", reason: "text" },
  foreign: { reason: "text" },
  "http-forwarded": { status: "number" },
  "http-proxy": { status: "number" },
  "http-other": { status: "number" },
  unpaired: { reason: "text", request: "text" },
  protocol: { expected: "text" },
  "not-ready": { pending: "text" },
  "introduction-refused": { message: "text" },
  "refuses-us": { detail: "text" },
  starting: { sinceMs: "number?", pending: "text?" },
  "starting-probed": { pending: "text?" },
  draining: {},
  "health-unknown": { ignored: "texts" },
  probed: { ready: "flag?", status: "text?", failing: "texts", health: "flag", version: "text?" },
  "no-tick": { silentMs: "number" },
  "no-answer": { silentMs: "number" },
  "only-events": { silentMs: "number" },
  "under-scoped": { asked: "texts", granted: "texts" },
  met: { version: "text", uptimeMs: "number?" },
  "let-in": { version: "text", uptimeMs: "number?" },
  back: { announced: "flag", awayMs: "number?", version: "text", uptimeMs: "number?" },
  "same-process": { awayMs: "number?" },
  "as-announced": { because: "sentence", at: "number" },
  "did-not-return": { because: "sentence", reason: "text", at: "number" },
  "lost-without-goodbye": { because: "sentence", at: "number" },
  "gone-after-goodbye": { reason: "text", at: "number" },
  goodbye: { reason: "text", code: "number?" },
  "no-goodbye": { code: "number", reason: "text" },
  resumed: { afterMs: "number" },
  "quiesced-by-us": {},
  quiesced: { phase: "text" },
  "no-new-boot": { withinMs: "number" },
  "no-new-boot-silent": {},
  "quick-boots": { boots: "number", withinMs: "number", now: "sentence" },
} as const;

/** What a person can do about it. */
const advice = {
  "start-it": {},
  "start-it-again": {},
  "may-have-ended": {},
  "check-network": {},
  "check-address-network": {},
  "stands-still": {},
  "stands-still-probed": {},
  "renew-certificate": {},
  "certificate-name": {},
  "pin-certificate": { show: "text" },
  "read-log-if-it-stays": {},
  "another-program": {},
  "trust-proxy": {},
  "look-at-proxy": {},
  "http-only": {},
  "behind-log-in": {},
  "approve-device": { approve: "text" },
  "update-either": {},
  "update-clawback": {},
  "check-token": {},
  "token-mismatch": {},
  "token-missing": {},
  "password-mismatch": {},
  "password-missing": {},
  "rate-limited": {},
  "scope-mismatch": {},
  "identity-required": {},
  "clocks-differ": {},
  "pair-this-machine": {},
  "connects-again": {},
  "read-last-lines": {},
  "stop-and-read": {},
  "connect-for-more": {},
} as const;

export const connectionSayings = { ...evidence, ...advice };

export type ConnectionSentence = SentenceOf<typeof connectionSayings>;

/** In English: what the history keeps, and what the command line and the outputs say. */
export const connectionWords: WordsOf<typeof connectionSayings> = {
  "as-told": ({ text }) => text,
  problem: ({ text }) => text,
  "way-out": ({ text }) => text,
  "first-attempt": () => "first attempt",
  "first-probe": () => "first probe",
  "no-listener": () => "nobody listens on its port",
  "no-way": ({ reason }) => `no way there (${reason})`,
  "no-way-probed": ({ reason }) => `no way there: ${reason}`,
  mute: ({ waitedFor, seconds }) => `its port accepts, and no ${waitedFor} came within ${seconds} s`,
  "mute-probed": ({ waitedMs }) => `it accepts connections and answers nothing within ${age(waitedMs)}`,
  untrusted: ({ reason }) => `the certificate did not check out (${reason}); no secret was sent`,
  "hung-up": (end) => `hung up before hello (${closed(end)})`,
  foreign: ({ reason }) => `what answers does not speak the gateway protocol: ${reason}`,
  "http-forwarded": ({ status }) =>
    `HTTP ${status} instead of a WebSocket: forwarded headers of a proxy that the gateway does not trust`,
  "http-proxy": ({ status }) => `HTTP ${status}: a proxy without a gateway behind it`,
  "http-other": ({ status }) => `HTTP ${status} instead of a WebSocket`,
  unpaired: ({ reason, request }) =>
    `this device must be approved there first (${reason}, request ${request})`,
  protocol: ({ expected }) => `it speaks protocol ${expected}, clawback speaks 4`,
  "not-ready": ({ pending }) => `not ready yet: ${pending}`,
  "introduction-refused": ({ message }) => `it does not accept how clawback introduces itself: ${message}`,
  "refuses-us": ({ detail }) => `refused: ${detail}`,
  starting: ({ sinceMs, pending }) => `starts since ${age(sinceMs)}${waitsFor(pending)}`,
  "starting-probed": ({ pending }) => `still starting${waitsFor(pending)}`,
  draining: () => "draining: it stops, restarts, or is quiesced for a snapshot; HTTP does not tell which",
  "health-unknown": ({ ignored }) =>
    `it answers HTTP, and nothing that tells its health (${ignored.join("; ")})`,
  probed: ({ ready, status, failing, health, version }) =>
    `watched over HTTP only: ${[
      ready === undefined ? undefined : ready ? "ready" : "not ready",
      status === undefined ? undefined : `says ${status}`,
      failing.length === 0 ? undefined : `failing: ${failing.join(", ")}`,
      health ? undefined : "alive, and nothing else is known",
      version === undefined ? undefined : `version ${version}`,
    ]
      .filter((fact) => fact !== undefined)
      .join(", ")}`,
  "no-tick": ({ silentMs }) => `no tick for ${age(silentMs)}, and the socket is open`,
  "no-answer": ({ silentMs }) => `a question unanswered and nothing else heard for ${age(silentMs)}`,
  "only-events": ({ silentMs }) => `it sends events and has answered no question for ${age(silentMs)}`,
  "under-scoped": ({ asked, granted }) =>
    `asked for ${asked.join(", ")}, was granted ${granted.length === 0 ? "nothing" : granted.join(", ")}`,
  met: (process) => about(process),
  "let-in": (process) => `let in now, ${about(process)}`,
  back: ({ announced, awayMs, ...process }) =>
    `restarted${announced ? " as announced" : " without goodbye"}, back${after(awayMs)}, ${about(process)}`,
  "same-process": ({ awayMs }) => `the same process answers again${after(awayMs)}`,
  "as-announced": ({ because, at }, when) => `${because}, as announced at ${when(at)}`,
  "did-not-return": ({ because, reason, at }, when) =>
    `${because}; it said goodbye (${reason}) at ${when(at)} and did not come back`,
  "lost-without-goodbye": ({ because, at }, when) => `${because}; lost at ${when(at)} without goodbye`,
  "gone-after-goodbye": ({ reason, at }, when) =>
    `said goodbye (${reason}) at ${when(at)} and did not come back`,
  goodbye: ({ reason, code }) => `said goodbye: ${reason}${code === undefined ? "" : ` (close ${code})`}`,
  "no-goodbye": (end) => `the connection ended without goodbye (${closed(end)})`,
  resumed: ({ afterMs }) => `resumed after ${age(afterMs)}`,
  "quiesced-by-us": () => "quiesced by clawback for a snapshot",
  quiesced: ({ phase }) =>
    `quiesced by somebody else (${phase}); such a lease ends by itself after 2 minutes`,
  "no-new-boot": ({ withinMs }) => `no new boot for ${age(withinMs)}`,
  "no-new-boot-silent": () => "no new boot any more, and nobody answers",
  "quick-boots": ({ boots, withinMs, now }) => `${boots} new boots within ${age(withinMs)}; now: ${now}`,

  "start-it": () => "Start it, or ask its service why it does not run.",
  "start-it-again": () => "Start it again, or ask its service why it did not.",
  "may-have-ended": () => "It hung up: it may just have ended. One with TLS of its own is reached at wss://.",
  "check-network": () => "Check the name, the network and the machine.",
  "check-address-network": () => "Check the address and the network.",
  "stands-still": () =>
    "Its event loop stands still. Look at its CPU and memory, and restart it if it stays so.",
  "stands-still-probed": () => "Its event loop stands still: look at its CPU and memory, then restart it.",
  "renew-certificate": () => "Renew the certificate there, and check that both clocks are right.",
  "certificate-name": () =>
    "It is made out for another name: use that name in the address, or pin the certificate with tls.fingerprint.",
  "pin-certificate": ({ show }) =>
    `Set tls.fingerprint to what \`${show}\` says on the gateway's machine, or tls.caFile to who signed it.`,
  "read-log-if-it-stays": () => "If this stays, read the gateway's log.",
  "another-program": () => "Check the address; another program may listen there.",
  "trust-proxy": () => "Add the proxy to gateway.trustedProxies there, or connect past it.",
  "look-at-proxy": () => "Look at the proxy and at the gateway behind it.",
  "http-only": () => "Check the address, or set httpOnly for a gateway that offers only probes.",
  "behind-log-in": () => "Check that the address is a gateway's and that /health is not behind a log-in.",
  "approve-device": ({ approve }) =>
    `Run \`${approve}\` on the gateway's machine; clawback connects by itself afterwards.`,
  "update-either": () => "Update clawback, or the gateway if it is the older one.",
  "update-clawback": () => "Update clawback: this gateway's protocol has moved on.",
  "check-token": () => "Check the token or password configured for this gateway.",
  "token-mismatch": () =>
    "The token is not the gateway's. Take it from gateway.auth.token of its configuration.",
  "token-missing": () => "Configure the gateway's token: token: { env } or { file }.",
  "password-mismatch": () => "The password is not the gateway's.",
  "password-missing": () => "Configure the gateway's password: password: { env } or { file }.",
  "rate-limited": () => "Too many wrong attempts: the gateway refuses for a while. Correct the secret first.",
  "scope-mismatch": () =>
    "The device is approved for less than this action needs. Approve the wider request there.",
  "identity-required": () => "Configure the gateway's token: without one it asks for a paired device.",
  "clocks-differ": () => "The clocks differ too much: check the time on both machines.",
  "pair-this-machine": () =>
    "Pair this machine as a device of the gateway, or connect from the gateway's own machine.",
  "connects-again": () => "clawback connects again to tell a dead network from a frozen gateway.",
  "read-last-lines": () => "Read the last lines of its log: a crash, a kill or the network.",
  "stop-and-read": () =>
    "Stop its service so that it rests, then read the log of the last boot before going back to a snapshot.",
  "connect-for-more": () => "Read its log, or connect over WebSocket to see more.",
};

export const connectionText = (sentence: ConnectionSentence): string => inWords(connectionWords, sentence);

const about = ({ version, uptimeMs }: { readonly version: string; readonly uptimeMs?: number }): string =>
  `version ${version}, up ${age(uptimeMs)} then`;

const after = (awayMs: number | undefined): string => (awayMs === undefined ? "" : ` after ${age(awayMs)}`);

const waitsFor = (pending: string | undefined): string =>
  pending === undefined ? "" : `, waits for ${pending}`;

const closed = ({ code, reason }: { readonly code: number; readonly reason: string }): string =>
  `close ${code}${reason === "" ? "" : `, ${reason}`}`;
