import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * `current` is what the suite is written against; a newer one is tried by setting CLAWBACK_OPENCLAW_DIR. The schemas of
 * `earlier` are older in both kinds of database: agent 19 and gateway 15, where the current ones are 23 and 18.
 */
export type Release = "current" | "earlier";

export const versions: Readonly<Record<Release, string>> = { current: "2026.9.6", earlier: "2026.9.1" };

/**
 * The program file of OpenClaw: from CLAWBACK_OPENCLAW_DIR (a folder where npm installed the current one), else from a
 * cache outside the repository, where npm puts it once. An installation that fails stops the run: a suite that quietly
 * tests nothing is worse than a red one.
 */
export const findOpenClaw = async (
  release: Release = "current",
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const version = versions[release];
  const given = env["CLAWBACK_OPENCLAW_DIR"];
  if (release === "current" && given !== undefined && given !== "") {
    const found = programIn(given);
    if (found === undefined) throw new Error(`CLAWBACK_OPENCLAW_DIR is ${given}, and no openclaw is there`);
    return found;
  }
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const home = join(cache, "clawback-test", `openclaw-${version}`);
  return programIn(home) ?? install(home, version);
};

const programIn = (dir: string): string | undefined =>
  [join(dir, "node_modules", "openclaw", "openclaw.mjs"), join(dir, "openclaw.mjs")].find((file) =>
    existsSync(file),
  );

/** Installed beside its place and renamed into it, so that what is there is always whole. */
const install = async (home: string, version: string): Promise<string> => {
  await mkdir(dirname(home), { recursive: true });
  const beside = await mkdtemp(`${home}.`);
  process.stdout.write(`installing openclaw@${version} into ${home} (once, about a minute)\n`);
  await writeFile(join(beside, "package.json"), '{"private":true}\n');
  await npm(beside, ["install", "--ignore-scripts", "--no-audit", "--no-fund", `openclaw@${version}`]);
  try {
    await rename(beside, home);
  } catch (cause) {
    // Somebody else was quicker; theirs is as good.
    await rm(beside, { recursive: true, force: true });
    if (programIn(home) === undefined) throw cause;
  }
  const found = programIn(home);
  if (found === undefined)
    throw new Error(`npm installed openclaw@${version}, and ${home} has no openclaw.mjs`);
  return found;
};

const npm = (cwd: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn("npm", args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-8_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (cause) => {
      reject(new Error("npm could not be started, so openclaw cannot be installed", { cause }));
    });
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(" ")} ended with ${code}:\n${said}`));
    });
  });
