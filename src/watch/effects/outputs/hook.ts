import { spawn } from "node:child_process";
import { once } from "node:events";
import { isProblem, Problem } from "../../../ground/index.ts";
import type { AlertSettings } from "../../alerts/settings.ts";
import { messageOf, type Announcement } from "./message.ts";

export type HookSettings = AlertSettings["outputs"]["exec"][number];

/** What a hook may see of our own environment: enough to find programs, and no token of any gateway. */
const passed = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER"] as const;

/** After the polite signal it has this long. */
const graceMs = 2_000;

/**
 * Runs a program with its arguments as they are, without a shell, for as long as it may take. Facts come in CLAWBACK_*
 * variables, and whole as JSON in CLAWBACK_ALERT. What it prints is not ours to keep.
 */
export const runHook = async (
  hook: HookSettings,
  announcement: Announcement,
  world: { readonly now: number; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> => {
  const [program = "", ...words] = hook.argv;
  const child = spawn(program, words, {
    shell: false,
    stdio: "ignore",
    env: environment(announcement, world.now, world.env),
  });
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, hook.timeout);
  const stop = (): void => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
  };
  const either = AbortSignal.any([late.signal, world.signal]);
  if (either.aborted) stop();
  else either.addEventListener("abort", stop, { once: true });
  try {
    const [code, signal]: unknown[] = await once(child, "exit");
    if (late.signal.aborted) throw failed(hook, `did not end within ${hook.timeout} ms`);
    if (code !== 0) {
      throw failed(
        hook,
        typeof signal === "string" ? `was ended by ${signal}` : `ended with ${String(code)}`,
      );
    }
  } catch (error) {
    if (isProblem(error)) throw error;
    throw failed(
      hook,
      `could not be started: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  } finally {
    clearTimeout(timer);
    either.removeEventListener("abort", stop);
  }
};

const environment = (
  announcement: Announcement,
  now: number,
  env: NodeJS.ProcessEnv,
): Record<string, string> => {
  const message = messageOf(announcement, now);
  const own = Object.fromEntries(
    passed.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const facts = Object.fromEntries(
    ["change", "id", "rule", "gateway", "subject", "severity", "priority", "evidence", "next", "text"].map(
      (name) => [`CLAWBACK_${name.toUpperCase()}`, String(message[name] ?? "")],
    ),
  );
  return { ...own, ...facts, CLAWBACK_ALERT: JSON.stringify(message) };
};

const failed = (hook: HookSettings, what: string, cause?: unknown): Problem =>
  new Problem("OUTPUT_FAILED", `The hook ${hook.name} ${what}.`, {
    // Its arguments may hold a secret, and this goes to logs.
    hint: `Run it by hand as the configuration has it: ${hook.argv[0] ?? ""}. Try it again with: clawback alerts test`,
    ...(cause === undefined ? {} : { cause }),
  });
