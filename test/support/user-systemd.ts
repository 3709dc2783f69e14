import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * A real systemd for user units, of our own: it has its own runtime and configuration directories, and none of the
 * person who runs the tests. It refuses to start where the machine was not booted by systemd, as containers are not,
 * so it gets a /run of its own that says otherwise.
 */
export type UserSystemd = AsyncDisposable & {
  /** What a `systemctl --user` needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a unit and makes it known; the text is the unit file's. */
  readonly install: (name: string, text: string) => Promise<void>;
};

const program = "/usr/lib/systemd/systemd";

const script = `mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec ${program} --user`;

/** Undefined where it cannot be run: no Linux, no systemd, or no right to mount in a namespace of one's own. */
export const startUserSystemd = async (): Promise<UserSystemd | undefined> => {
  if (!existsSync(program)) return undefined;
  const home = await mkdtemp(join(tmpdir(), "clawback-systemd-"));
  const runtime = join(home, "run");
  const units = join(home, "config", "systemd", "user");
  await mkdir(runtime, { mode: 0o700 });
  await mkdir(units, { recursive: true });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: join(home, "config"),
  };
  const asOurselves = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  // It must not outlive the tests, however they end.
  const child = spawn(
    "setpriv",
    ["--pdeathsig", "SIGTERM", "unshare", "--mount", ...asOurselves, "sh", "-c", script],
    { env, stdio: "ignore" },
  );
  const ended = Promise.race([once(child, "exit"), once(child, "error")]);
  const clear = async (): Promise<void> => {
    await rm(home, { recursive: true, force: true });
  };
  if (!(await isUp(child, join(runtime, "systemd", "private")))) {
    child.kill("SIGKILL");
    await ended;
    await clear();
    return undefined;
  }
  return {
    env,
    install: async (name, text) => {
      await writeFile(join(units, name), text);
      await systemctl(env, "daemon-reload");
    },
    [Symbol.asyncDispose]: async () => {
      // Asked in this way it ends its units before itself.
      child.kill("SIGTERM");
      await ended;
      await clear();
    },
  };
};

const isUp = async (child: ChildProcess, socket: string): Promise<boolean> => {
  let failed = false;
  child.once("error", () => {
    failed = true;
  });
  // A machine under load takes a second; one that never gets there has exited long before.
  for (let look = 0; look < 300; look += 1) {
    if (existsSync(socket)) return true;
    if (failed || child.exitCode !== null || child.signalCode !== null) return false;
    await pause(50);
  }
  return false;
};

const systemctl = (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile("systemctl", ["--user", ...args], { env }, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
