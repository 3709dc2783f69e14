import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Keeps what the tests start from outliving them. Every process is a group of its own; the groups are killed when the
 * test process exits, and a small helper kills them when it dies without a chance to (it notices that its standard
 * input has ended).
 */
const groups = new Set<number>();
let helper: ChildProcess | undefined;

const tell = (line: string): void => {
  helper ??= startHelper();
  helper.stdin?.write(`${line}\n`);
};

const startHelper = (): ChildProcess => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./leash.child.ts", import.meta.url))], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.unref();
  const { stdin } = child;
  // A pipe would keep the event loop of the test process alive for ever.
  if (stdin !== null && "unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  process.once("exit", () => {
    for (const group of groups) killGroup(group, "SIGKILL");
  });
  return child;
};

/** Signals a whole group; false when none of it is left. */
export const killGroup = (group: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
};

export const leash = (group: number): void => {
  groups.add(group);
  tell(`+${group}`);
};

export const unleash = (group: number): void => {
  groups.delete(group);
  tell(`-${group}`);
};
