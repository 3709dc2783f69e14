/**
 * What a snapshot leaves out of a root, and why. A rule answers for a path alone, so that a walk can prune a directory
 * without opening it. Paths are relative to the root, with `/` between the parts.
 */

/** What happens to the live thing when a root is put back in place. */
export type WhenRestored =
  /** It names a process that is gone, or would act a second time: the restored directory does without it. */
  | "dropped"
  /** It belongs to the host or is evidence: the live one is carried over into the restored directory. */
  | "carried-over";

export type Exclusion = {
  /** A short stable name for counts and filters. */
  readonly rule: string;
  /** Why, in words for a person. */
  readonly reason: string;
  readonly whenRestored: WhenRestored;
};

export type ExclusionOptions = {
  /** `state` for the state directory and agent directories; a workspace belongs to its user and keeps more. */
  readonly kind: "state" | "workspace";
  /** Workspaces inside a state directory that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly string[];
  /** Log files are left out unless asked for. */
  readonly logs?: boolean;
  /** Where the vault is when it lies inside this root. */
  readonly vault?: string;
};

type Rule = Exclusion & {
  readonly workspaces: boolean;
  readonly matches: (asked: Asked, options: ExclusionOptions) => boolean;
};

/** Taken apart once: a walk asks every rule about every name there is. */
type Asked = {
  readonly path: string;
  /** Its first part and its last. */
  readonly top: string;
  readonly name: string;
  /** Whether the name has anything of what the rules about names look for: few have. */
  readonly isOdd: boolean;
};

const odd = /\.(?:lock|sqlite|sock|pid|tmp|db-)/i;

const below =
  (...directories: readonly string[]) =>
  ({ top }: Asked): boolean =>
    directories.includes(top);

const belowRuntimes = below("dev", "git", "npm", "npm-runtime", "tools");
const belowLogs = below("logs");

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const sqliteScratch = new RegExp(
  `\\.sqlite\\.(?:backup|memory-reindex|tmp)-${uuid}(?:-wal|-shm|-journal)?$`,
  "i",
);
const sqliteCoordinator =
  /(?:\.lock|\.sqlite\.(?:reindex-lock|generation-lock|generation-writer))\.sqlite(?:-wal|-shm|-journal)?$/i;

/** In order: the first rule that matches gives the reason. */
const rules: readonly Rule[] = [
  {
    rule: "vault",
    reason: "the vault itself: a snapshot of snapshots would grow without end",
    whenRestored: "carried-over",
    workspaces: true,
    matches: ({ path }, { vault }) =>
      vault !== undefined && vault !== "" && (path === vault || path.startsWith(`${vault}/`)),
  },
  {
    rule: "temporary",
    reason: "scratch and lock files of a running gateway: a restored lock would name a process that is gone",
    whenRestored: "dropped",
    workspaces: false,
    matches: below("tmp"),
  },
  {
    rule: "agent-temporary",
    reason: "scratch of an agent's runtime: made again when needed",
    whenRestored: "dropped",
    workspaces: false,
    matches: ({ path, top }) =>
      top === "agents" && /^agents\/[^/]+\/agent\/(?:.*\/)?\.?tmp(?:\/|$)/s.test(path),
  },
  {
    rule: "cache",
    reason: "a cache: the gateway rebuilds it at its next start",
    whenRestored: "carried-over",
    workspaces: false,
    matches: below("cache"),
  },
  {
    rule: "plugin-skills",
    reason: "links into the installation: the gateway makes them again",
    whenRestored: "dropped",
    workspaces: false,
    matches: below("plugin-skills"),
  },
  {
    rule: "runtimes",
    reason: "runtimes and packages that OpenClaw installs again",
    whenRestored: "carried-over",
    workspaces: false,
    matches: (asked) =>
      belowRuntimes(asked) ||
      (asked.top === "extensions" && /^extensions\/(?:.*\/)?node_modules(?:\/|$)/s.test(asked.path)) ||
      (asked.top === "sandbox" && /^sandbox\/skills-workspaces(?:\/|$)/.test(asked.path)),
  },
  {
    rule: "deliveries",
    reason: "messages on their way out: put back, they would be sent a second time",
    whenRestored: "dropped",
    workspaces: false,
    matches: below("delivery-queue", "session-delivery-queue"),
  },
  {
    rule: "logs",
    reason: "logs: they tell what happened and are no state to go back to (take them with the logs option)",
    whenRestored: "carried-over",
    workspaces: false,
    matches: (asked, { logs }) => logs !== true && belowLogs(asked),
  },
  {
    rule: "browser-lock",
    reason: "holds a browser profile for one running browser",
    whenRestored: "dropped",
    workspaces: false,
    matches: ({ path, top }) =>
      top === "browser" && /^browser\/[^/]+\/user-data\/Singleton(?:Cookie|Lock|Socket)$/.test(path),
  },
  {
    rule: "sqlite-coordination",
    reason: "a database that only coordinates running processes",
    whenRestored: "dropped",
    workspaces: false,
    matches: ({ name, isOdd }) => isOdd && (sqliteCoordinator.test(name) || sqliteScratch.test(name)),
  },
  {
    rule: "shared-memory",
    reason: "shared memory of the processes that have a database open: meaningless without them",
    whenRestored: "dropped",
    workspaces: true,
    matches: ({ name, isOdd }) => isOdd && /\.(?:sqlite3?|db)-shm$/i.test(name),
  },
  {
    rule: "lock",
    reason: "a lock of a running process",
    whenRestored: "dropped",
    workspaces: false,
    // `sessions.json.lock` is one; `Cargo.lock` of an extension is what somebody wrote.
    matches: ({ name, isOdd }) => isOdd && /\.(?:jsonl?|sqlite3?|db|log)\.lock$/i.test(name),
  },
  {
    rule: "transient",
    reason: "a socket, pid or temporary file of a running process",
    whenRestored: "dropped",
    workspaces: true,
    matches: ({ name, isOdd }) => isOdd && /.\.(?:sock|pid|tmp|tmp\..+)$/is.test(name),
  },
];

/** Why a snapshot leaves this path out, or undefined when it takes it. */
export const exclusionOf = (path: string, options: ExclusionOptions): Exclusion | undefined => {
  const slash = path.indexOf("/");
  const name = path.slice(path.lastIndexOf("/") + 1);
  const asked: Asked = {
    path,
    top: slash === -1 ? path : path.slice(0, slash),
    name,
    isOdd: odd.test(name),
  };
  const isInWorkspace = options.kind === "workspace" || isInnerWorkspace(path, options.workspaces ?? []);
  for (const rule of rules) {
    if (isInWorkspace && !rule.workspaces) continue;
    if (rule.matches(asked, options)) {
      return { rule: rule.rule, reason: rule.reason, whenRestored: rule.whenRestored };
    }
  }
  return undefined;
};

/** The usual places of a workspace are inside the state directory, and what is in them is its user's all the same. */
const isInnerWorkspace = (path: string, named: readonly string[]): boolean =>
  /^workspace(?:-[^/]+)?\//s.test(path) || named.some((workspace) => path.startsWith(`${workspace}/`));
