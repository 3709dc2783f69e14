import type { Answer, Request, ServiceStatus, Supervisor } from "./service.ts";
import { type Ran, runCommand, wordsOf } from "./run-command.ts";

export type SystemdScope = "systemd" | "systemd-user";

const queryMs = 5_000;
const properties = [
  "LoadState",
  "ActiveState",
  "SubState",
  "MainPID",
  "Restart",
  "TimeoutStopUSec",
  "Result",
  "NRestarts",
  "ExecMainStatus",
];

/** A unit of systemd. Orders are given without waiting (`--no-block`), so that we see the draining and can leave it. */
export const systemd = (scope: SystemdScope, unit: string, env: NodeJS.ProcessEnv): Supervisor => {
  const name = /\.\w+$/.test(unit) ? unit : `${unit}.service`;
  const run = (argv: readonly string[], signal: AbortSignal): Promise<Ran> =>
    runCommand(argv, { signal, env, withinMs: 30_000 });
  const order = (verb: string, ...more: readonly string[]): Request => {
    const argv = systemctl(scope, "--no-ask-password", verb, ...more, "--", name);
    return { argv, ask: async (signal) => answerOf(await run(argv, signal), scope) };
  };
  const start = order("start", "--no-block");
  return {
    words: `systemd ${scope === "systemd" ? "system" : "user"} unit ${name}`,
    status: async (signal) => {
      const argv = systemctl(scope, "show", `--property=${properties.join(",")}`, "--", name);
      return unitStatus(name, await runCommand(argv, { signal, env, withinMs: queryMs }));
    },
    stop: order("stop", "--no-block"),
    start: {
      ...start,
      ask: async (signal) => {
        // After a crash loop systemd refuses every start, ours too, until its count of them is forgotten. A unit that is
        // not loaded has no count: whether that matters is for the start to say.
        await run(systemctl(scope, "--no-ask-password", "reset-failed", "--", name), signal);
        return await start.ask(signal);
      },
    },
    kill: order("kill", "--signal=SIGKILL").ask,
  };
};

export const systemctl = (scope: SystemdScope, ...args: readonly string[]): readonly string[] => [
  "systemctl",
  ...(scope === "systemd-user" ? ["--user"] : []),
  "--no-pager",
  ...args,
];

/** `show` exits with 0 even for a unit that does not exist: only LoadState tells. */
const unitStatus = (name: string, ran: Ran): ServiceStatus => {
  if (ran.kind === "missing") {
    return { state: "unknown", evidence: ["there is no systemctl on this machine to ask"] };
  }
  if (ran.kind !== "ended" || ran.code !== 0) {
    return { state: "unknown", evidence: [`systemd cannot be asked about ${name}: ${wordsOf(ran)}`] };
  }
  const fields = fieldsOf(ran.stdout);
  const load = fields.get("LoadState");
  if (load !== "loaded") {
    return { state: "unknown", evidence: [`systemd has no such unit: ${name} (${load ?? "no answer"})`] };
  }
  const active = fields.get("ActiveState") ?? "";
  const pid = Number(fields.get("MainPID"));
  const restart = fields.get("Restart") ?? "no";
  const killsAfterMs = durationMs(fields.get("TimeoutStopUSec"));
  const deaths = Number(fields.get("NRestarts"));
  const exitStatus = Number(fields.get("ExecMainStatus"));
  return {
    state: states[active] ?? "unknown",
    ...(pid > 0 ? { pid, staysStopped: true } : {}),
    restarts: restart !== "no",
    ...(deaths > 0 ? { deaths } : {}),
    ...(killsAfterMs === undefined ? {} : { supervisorKillsAfterMs: killsAfterMs }),
    evidence: [
      `${name} is ${active} (${fields.get("SubState") ?? "?"})${pid > 0 ? `, process ${pid}` : ""}, Restart=${restart}`,
      ...(deaths > 0 ? [`systemd has started it again ${deaths === 1 ? "once" : `${deaths} times`}`] : []),
      ...(active === "failed"
        ? [
            ...(restart === "no" ? [] : ["systemd has given up starting it"]),
            `its last result was ${fields.get("Result") ?? "unknown"}${exitStatus > 0 ? ` (exit code ${exitStatus})` : ""}`,
          ]
        : []),
    ],
  };
};

const states: Readonly<Record<string, ServiceStatus["state"]>> = {
  active: "running",
  reloading: "running",
  refreshing: "running",
  activating: "starting",
  deactivating: "stopping",
  inactive: "stopped",
  maintenance: "stopped",
  failed: "failed",
};

export const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const];
    }),
  );

const unitsMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }; // prettier-ignore

/** systemd writes `5min 30s`, or `infinity`. */
const durationMs = (text: string | undefined): number | undefined => {
  const parts = [...(text ?? "").matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w)\b/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ""] ?? 0), 0);
};

const answerOf = (ran: Ran, scope: SystemdScope): Answer => {
  if (ran.kind === "ended" && ran.code === 0) return { kind: "taken" };
  if (ran.kind === "missing") {
    return {
      kind: "failed",
      why: "there is no systemctl on this machine, so nothing here is run by systemd",
      advice: { say: "name-real-service" },
    };
  }
  const why = `systemctl refused: ${wordsOf(ran)}`;
  if (/not.(?:found|loaded)/i.test(why)) {
    return { kind: "failed", why, advice: { say: "check-unit-name" } };
  }
  if (/authentication|permission|denied/i.test(why)) {
    return { kind: "failed", why, advice: { say: "unit-needs-root" } };
  }
  if (/bus|XDG_RUNTIME_DIR/i.test(why) && scope === "systemd-user") {
    return {
      kind: "failed",
      why,
      advice: { say: "set-runtime-dir" },
    };
  }
  return { kind: "failed", why, advice: { say: "run-same-by-hand" } };
};
