import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** One tool under test: how each operation is started as a whole process. */
export type Tool = {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What its repository takes up. */
  readonly repository: string;
  readonly init: Command;
  readonly save: (round: number) => Command;
  readonly list: Command;
  readonly diff: (rounds: number) => Command;
  readonly structure: Command;
  readonly verify: Command;
  readonly restore: (target: string, rounds: number) => Command;
  readonly one: (target: string, rounds: number) => Command;
};

export type Command = { readonly words: readonly string[]; readonly directory?: string };

const present = (words: readonly string[]): boolean => spawnSync(words[0] ?? "", words.slice(1)).status === 0;

export type ToolPlace = { readonly work: string; readonly state: string; readonly one: string };

export const clawback = ({ work, state, one }: ToolPlace, program: string, compression: string): Tool => {
  const vault = join(work, "vault");
  const run = (...words: readonly string[]): Command => ({
    words: [process.execPath, program, "--vault", vault, "--state-dir", state, ...words],
  });
  return {
    name: compression === "lz4" ? "clawback" : `clawback ${compression}`,
    env: {
      XDG_CONFIG_HOME: join(work, "config"),
      XDG_DATA_HOME: join(work, "data"),
      XDG_STATE_HOME: join(work, "log"),
    },
    repository: vault,
    init: run("vault", "init", "--compression", compression),
    save: () => run("snapshots", "save"),
    list: run("snapshots", "list"),
    diff: () => run("snapshots", "compare", "latest~1", "latest"),
    structure: run("snapshots", "verify", "--all", "--structure"),
    verify: run("snapshots", "verify", "--all"),
    restore: (target) => run("snapshots", "restore", "latest", "--target", target),
    one: (target) => run("snapshots", "restore", "latest", "--target", target, "--only", one),
  };
};

export const restic = ({ work, state, one }: ToolPlace): Tool | undefined => {
  const program = "restic";
  if (!present([program, "version"])) return undefined;
  const env = {
    RESTIC_PASSWORD: "x",
    RESTIC_REPOSITORY: join(work, "repository"),
    RESTIC_CACHE_DIR: join(work, "cache"),
  };
  const run = (...words: readonly string[]): Command => ({ words: ["restic", ...words], directory: state });
  const ids = (): readonly string[] => {
    const listed = spawnSync(program, ["snapshots", "--json"], { env: { ...process.env, ...env } });
    return (JSON.parse(String(listed.stdout)) as readonly { readonly short_id: string }[]).map(
      (each) => each.short_id,
    );
  };
  return {
    name: "restic",
    env,
    repository: env.RESTIC_REPOSITORY,
    init: run("init", "-q"),
    save: () => run("backup", "-q", "."),
    list: run("snapshots"),
    diff: () => run("diff", ...ids().slice(-2)),
    structure: run("check", "-q"),
    verify: run("check", "--read-data", "-q"),
    restore: (target) => run("restore", "-q", "latest", "--target", target),
    one: (target) => run("restore", "-q", "latest", "--target", target, "--include", `/${one}`),
  };
};

export const borg = ({ work, state, one }: ToolPlace): Tool | undefined => {
  if (!present(["borg", "--version"])) return undefined;
  const env = {
    BORG_PASSPHRASE: "x",
    BORG_REPO: join(work, "repository"),
    BORG_BASE_DIR: join(work, "base"),
  };
  const run = (...words: readonly string[]): Command => ({ words: ["borg", ...words], directory: state });
  return {
    name: "borg",
    env,
    repository: env.BORG_REPO,
    init: run("init", "-e", "repokey-blake2"),
    save: (round) => run("create", "-C", "lz4", `::g${round}`, "."),
    list: run("list"),
    diff: (rounds) => run("diff", `::g${rounds - 1}`, `g${rounds}`),
    structure: run("check"),
    verify: run("check", "--verify-data"),
    restore: (target, rounds) => ({ words: ["borg", "extract", `::g${rounds}`], directory: target }),
    one: (target, rounds) => ({ words: ["borg", "extract", `::g${rounds}`, one], directory: target }),
  };
};
