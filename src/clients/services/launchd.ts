import { join } from "node:path";
import { harmlessLine } from "../../ground/index.ts";
import type { Answer, ServiceStatus, Supervisor } from "./service.ts";
import { runCommand, wordsOf } from "./run-command.ts";

export type LaunchdPlace = { readonly uid: number; readonly home: string };

const queryMs = 5_000;
/** What launchctl answers for a label it does not know: it was booted out, or was never installed. */
const notFound = 113;

/** A LaunchAgent of the user. `bootout` ends it for this session and leaves it installed, as OpenClaw itself does. */
export const launchd = (label: string, place: LaunchdPlace, env: NodeJS.ProcessEnv): Supervisor => {
  const domain = `gui/${place.uid}`;
  const target = `${domain}/${label}`;
  const plist = join(place.home, "Library", "LaunchAgents", `${label}.plist`);
  const order = async (argv: readonly string[], signal: AbortSignal): Promise<Answer> => {
    const ran = await runCommand(argv, { signal, env });
    if (ran.kind === "ended" && ran.code === 0) return { kind: "taken" };
    // 36 (EINPROGRESS): the order stands, and the process takes its time.
    if (ran.kind === "ended" && ran.code === 36) return { kind: "taken" };
    return {
      kind: "failed",
      why: `launchctl refused: ${wordsOf(ran)}`,
      advice: { say: "check-agent", label, target },
    };
  };
  const stop = ["launchctl", "bootout", target];
  const start = ["launchctl", "bootstrap", domain, plist];
  return {
    words: `LaunchAgent ${label}`,
    status: async (signal) => {
      const ran = await runCommand(["launchctl", "print", target], { signal, env, withinMs: queryMs });
      if (ran.kind === "ended" && ran.code === notFound) {
        return { state: "stopped", evidence: [`launchd has not loaded ${label}`] };
      }
      if (ran.kind !== "ended" || ran.code !== 0) {
        return { state: "unknown", evidence: [`launchd cannot be asked about ${label}: ${wordsOf(ran)}`] };
      }
      return printed(label, ran.stdout);
    },
    stop: { argv: stop, ask: (signal) => order(stop, signal) },
    start: { argv: start, ask: (signal) => order(start, signal) },
    kill: (signal) => order(["launchctl", "kill", "SIGKILL", target], signal),
  };
};

const printed = (label: string, text: string): ServiceStatus => {
  const state = /^\s*state = (.+)$/m.exec(text)?.[1]?.trim() ?? "unknown";
  const pid = Number(/^\s*pid = (\d+)$/m.exec(text)?.[1] ?? 0);
  return {
    // Loaded and not running: it waits for a reason to start, and KeepAlive is one.
    state: state === "running" ? "running" : state === "spawn scheduled" ? "starting" : "stopped",
    ...(pid > 0 ? { pid, staysStopped: true } : {}),
    restarts: /\bkeepalive\b/i.test(text),
    evidence: [`${label} is ${harmlessLine(state, 60)}${pid > 0 ? `, process ${pid}` : ""}`],
  };
};
