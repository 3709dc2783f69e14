import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Who owns a state directory: the lock files that a running gateway keeps under `tmp/openclaw-<uid>`. */
export type Lock = {
  readonly release: () => void;
  /** Leaves the lock behind as a killed process does: its owner is nobody who still runs. */
  readonly abandon: () => void;
};

export const takeLock = (
  stateDir: string,
  owner: { readonly ownerId: string; readonly port: number; readonly at: number },
): Lock => {
  const folder = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configPath = join(stateDir, "openclaw.json");
  const configHash = createHash("sha256").update(configPath).digest("hex").slice(0, 8);
  const paths = [join(folder, "gateway.state.lock"), join(folder, `gateway.${configHash}.lock`)];
  const write = (startTime: number): void => {
    const document = {
      pid: process.pid,
      ownerId: owner.ownerId,
      cronOwnerProjection: "dynamic-default-v1",
      createdAt: new Date(owner.at).toISOString(),
      configPath,
      stateDir,
      port: owner.port,
      startTime,
    };
    for (const path of paths) writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  };
  write(processStartTime());
  return {
    release: () => {
      for (const path of paths) rmSync(path, { force: true });
    },
    // Several demo gateways share one living process, so the dead owner is told by its start time, as when the
    // system has given the number of a dead process to a new one.
    abandon: () => {
      write(processStartTime() - 1);
    },
  };
};

/** When this process started, in clock ticks since boot: with the pid it names a process for good. */
export const processStartTime = (): number => {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync("/proc/self/stat", "utf8");
  // The second field is the name in parentheses and may hold anything; the start time is the twentieth after it.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
};
