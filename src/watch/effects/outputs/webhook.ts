import { createHmac, randomUUID } from "node:crypto";
import { type Clock, Problem, sleep } from "../../../ground/index.ts";
import type { AlertSettings } from "../../alerts/settings.ts";
import { messageOf, type Announcement } from "./message.ts";

export type WebhookSettings = AlertSettings["outputs"]["webhooks"][number];

export type WebhookWorld = {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
};

const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/**
 * Posts an alert as JSON, again with growing pauses while the other side is unreachable, busy or broken. The body is
 * signed as `t=<seconds>,v1=<hex>`, the hex being HMAC-SHA256 over `<seconds>.<body>`; every attempt of one delivery
 * carries the same Idempotency-Key. Redirects are not followed: a signed message goes where it was sent.
 */
export const postWebhook = async (
  hook: WebhookSettings,
  announcement: Announcement,
  world: WebhookWorld,
): Promise<void> => {
  const delivery = randomUUID();
  const key = secretOf(hook, world.env);
  const body = JSON.stringify(messageOf(announcement, world.clock.now()));
  let waitMs = firstWaitMs;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(hook, body, key, delivery, world);
    if (answer.kind === "taken") return;
    if (answer.kind === "refused" || attempt >= hook.attempts) {
      throw failed(hook, `${answer.why}${attempt > 1 ? ` (${attempt} attempts)` : ""}`);
    }
    await sleep(world.clock, Math.min(longestWaitMs, answer.retryAfterMs ?? waitMs), world.signal);
    waitMs *= 2;
  }
};

type Answer =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "again"; readonly why: string; readonly retryAfterMs?: number };

const post = async (
  hook: WebhookSettings,
  body: string,
  key: string | undefined,
  delivery: string,
  { clock, signal }: WebhookWorld,
): Promise<Answer> => {
  const seconds = Math.floor(clock.now() / 1_000);
  try {
    const response = await fetch(hook.url, {
      method: "POST",
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(hook.timeout)]),
      headers: {
        "content-type": "application/json",
        "user-agent": "clawback",
        "idempotency-key": delivery,
        ...(key === undefined
          ? {}
          : { "x-clawback-signature": `t=${seconds},v1=${signature(key, seconds, body)}` }),
      },
    });
    // The answer's text is of no use and could be endless.
    await response.body?.cancel();
    if (response.ok) return { kind: "taken" };
    const why = `answered ${response.status}`;
    if (response.status < 500 && response.status !== 408 && response.status !== 429)
      return { kind: "refused", why };
    const after = Number(response.headers.get("retry-after") ?? Number.NaN) * 1_000;
    return Number.isFinite(after) && after >= 0
      ? { kind: "again", why, retryAfterMs: after }
      : { kind: "again", why };
  } catch (error) {
    if (signal.aborted) return { kind: "refused", why: "was called off" };
    return { kind: "again", why: reasonOf(error) };
  }
};

export const signature = (key: string, seconds: number, body: string): string =>
  createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");

const secretOf = (hook: WebhookSettings, env: NodeJS.ProcessEnv): string | undefined => {
  if (hook.secretEnv === undefined) return undefined;
  const key = env[hook.secretEnv];
  if (key === undefined || key === "")
    throw failed(hook, `is to be signed, and ${hook.secretEnv} is not set`);
  return key;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "did not answer in time";
  return error.cause instanceof Error
    ? `could not be reached: ${error.cause.message}`
    : `could not be reached: ${error.message}`;
};

const failed = (hook: WebhookSettings, what: string): Problem =>
  new Problem("OUTPUT_FAILED", `The webhook ${hook.name} ${what}.`, {
    hint: "Check its address and key in the configuration, and try it with: clawback alerts test",
  });
