import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/**
 * What people install is the packed tarball, not this tree: so it is packed, installed into an empty directory, and
 * run there. It must work on the Node it asks for, and say one clear line on an older one where such a Node is found.
 */
const root = join(import.meta.dirname, "..");
const place = mkdtempSync(join(tmpdir(), "clawback-package-"));

const fail = (message: string): never => {
  throw new Error(`check-package: ${message}`);
};

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: place,
    encoding: "utf8",
    env,
    timeout: 120_000,
  });
  return { status, stdout, stderr };
};

/** A Node older than ours on PATH, such as the one a distribution ships. */
const olderNode = (): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ["-p", "process.versions.node.split('.')[0]"], {
        encoding: "utf8",
      });
      return status === 0 && Number(stdout) < 24;
    });

try {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", place], {
    cwd: root,
    encoding: "utf8",
  });
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  execFileSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", join(place, packed.trim())],
    {
      cwd: place,
      stdio: "inherit",
    },
  );
  const program = join(place, "node_modules/clawback/bin/clawback.cjs");
  const ours = process.execPath;

  const version = run(ours, [program, "--version"]);
  if (version.status !== 0 || !/^clawback \d+\.\d+\.\d+\n$/.test(version.stdout)) {
    fail(`--version answered ${version.status}: ${version.stdout}${version.stderr}`);
  }
  const help = run(ours, [program, "--help"]);
  if (help.status !== 0 || !help.stdout.includes("status"))
    fail(`--help answered ${help.status}: ${help.stderr}`);
  const mistyped = run(ours, [program, "statsu"]);
  if (mistyped.status !== 2 || !mistyped.stderr.includes("Did you mean status?")) {
    fail(`a mistyped command answered ${mistyped.status}: ${mistyped.stderr}`);
  }
  const demo = run(ours, [program, "status", "--once", "--json"], { PATH: dirname(ours), HOME: place });
  const fleet = JSON.parse(demo.stdout) as { gateways: unknown[] };
  if (fleet.gateways.length === 0) fail(`status saw no gateway: ${demo.stdout}${demo.stderr}`);

  const old = olderNode();
  if (old === undefined)
    console.log("check-package: no older Node on PATH, so its one clear line was not tried");
  else {
    const refusal = run(old, [program, "--version"]);
    if (refusal.status !== 2 || refusal.stderr.trim().split("\n").length !== 1) {
      fail(`an older Node answered ${refusal.status}: ${refusal.stderr}`);
    }
  }
  console.log(`check-package: ${packed.trim()} installs and runs`);
} finally {
  rmSync(place, { recursive: true, force: true });
}
