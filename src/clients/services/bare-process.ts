import { readFile } from "node:fs/promises";
import { errnoOf } from "../../ground/index.ts";
import type { Owner } from "../../openclaw/index.ts";
import type { Answer, Supervisor } from "./service.ts";
import { fieldsOf, systemctl, type SystemdScope } from "./systemd.ts";
import { runCommand } from "./run-command.ts";

export type BarePorts = {
  readonly owner: () => Promise<Owner | undefined>;
  readonly terminate: (pid: number) => void;
  readonly env: NodeJS.ProcessEnv;
};

/** A gateway that somebody started by hand: SIGTERM to the process that holds the state directory. */
export const bareProcess = (ports: BarePorts): Supervisor => ({
  words: "the process itself",
  // The lock is the only witness, and the driver asks it.
  status: () => Promise.resolve({ state: "unknown", evidence: [] }),
  stop: {
    ask: async (signal) => {
      const owner = await ports.owner();
      if (owner?.kind !== "alive" || owner.pid === undefined) {
        return {
          kind: "refused",
          why:
            owner === undefined
              ? "its state directory is not known here"
              : "no living process holds its state directory",
          advice: { say: "name-state-or-service" },
        };
      }
      const unit = await unitOf(owner.pid, ports.env, signal);
      if (unit !== undefined) return supervised(unit);
      ports.terminate(owner.pid);
      return { kind: "taken" };
    },
  },
  start: {
    ask: () =>
      Promise.resolve({
        kind: "refused",
        why: "nothing is known about how it is started",
        advice: { say: "start-as-before" },
      }),
  },
});

type Unit = { readonly scope: SystemdScope; readonly name: string };

const supervised = ({ scope, name }: Unit): Answer => ({
  kind: "refused",
  why: `it is the main process of the systemd unit ${name}, which would start it again`,
  advice: { say: "set-its-service", scope, unit: name },
});

/**
 * The systemd unit whose main process this is, when it restarts what ends. Its control group names a candidate; that
 * may also be whatever the person's shell runs in, so systemd itself is asked.
 */
const unitOf = async (
  pid: number,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Unit | undefined> => {
  let group: string;
  try {
    group = await readFile(`/proc/${pid}/cgroup`, "utf8");
  } catch (error) {
    // No such file system here (macOS), or the process has just ended.
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
  const name = /\/([^/\n]+\.service)\s*$/m.exec(group)?.[1];
  if (name === undefined) return undefined;
  // In a container the user's own systemd may sit anywhere in the tree: the path only says whom to ask first.
  const likely: readonly SystemdScope[] = /\/user@\d+\.service\//.test(group)
    ? ["systemd-user", "systemd"]
    : ["systemd", "systemd-user"];
  for (const scope of likely) {
    if (await keeps(scope, name, pid, env, signal)) return { scope, name };
  }
  return undefined;
};

const keeps = async (
  scope: SystemdScope,
  name: string,
  pid: number,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> => {
  const argv = systemctl(scope, "show", "--property=MainPID,Restart", "--", name);
  const ran = await runCommand(argv, { signal, env, withinMs: 3_000 });
  if (ran.kind !== "ended" || ran.code !== 0) return false;
  const fields = fieldsOf(ran.stdout);
  return Number(fields.get("MainPID")) === pid && fields.get("Restart") !== "no";
};
