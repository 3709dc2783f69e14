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

/** Of what lies below one name on top: where the whole path is like this. */
type RuleOfTop = Exclusion & {
  readonly tops: Readonly<Record<string, RegExp>>;
  readonly unless?: (options: ExclusionOptions) => boolean;
};

/** Of what has such a name, wherever it lies. */
type RuleOfName = Exclusion & { readonly names: readonly RegExp[]; readonly workspaces: boolean };

const all = /^/;

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const sqliteScratch = new RegExp(
  `\\.sqlite\\.(?:backup|memory-reindex|tmp)-${uuid}(?:-wal|-shm|-journal)?$`,
  "i",
);
const sqliteCoordinator =
  /(?:\.lock|\.sqlite\.(?:reindex-lock|generation-lock|generation-writer))\.sqlite(?:-wal|-shm|-journal)?$/i;

const vaultItself: Exclusion = {
  rule: "vault",
  reason: "the vault itself: a snapshot of snapshots would grow without end",
  whenRestored: "carried-over",
};

/** None of them reaches into a workspace. No name stands on top of two. */
const rulesOfTops: readonly RuleOfTop[] = [
  {
    rule: "temporary",
    reason: "scratch and lock files of a running gateway: a restored lock would name a process that is gone",
    whenRestored: "dropped",
    tops: { tmp: all },
  },
  {
    rule: "agent-temporary",
    reason: "scratch of an agent's runtime: made again when needed",
    whenRestored: "dropped",
    tops: { agents: /^agents\/[^/]+\/agent\/(?:.*\/)?\.?tmp(?:\/|$)/s },
  },
  {
    rule: "cache",
    reason: "a cache: the gateway rebuilds it at its next start",
    whenRestored: "carried-over",
    tops: { cache: all },
  },
  {
    rule: "plugin-skills",
    reason: "links into the installation: the gateway makes them again",
    whenRestored: "dropped",
    tops: { "plugin-skills": all },
  },
  {
    rule: "runtimes",
    reason: "runtimes and packages that OpenClaw installs again",
    whenRestored: "carried-over",
    tops: {
      dev: all,
      git: all,
      npm: all,
      "npm-runtime": all,
      tools: all,
      extensions: /^extensions\/(?:.*\/)?node_modules(?:\/|$)/s,
      sandbox: /^sandbox\/skills-workspaces(?:\/|$)/,
    },
  },
  {
    rule: "deliveries",
    reason: "messages on their way out: put back, they would be sent a second time",
    whenRestored: "dropped",
    tops: { "delivery-queue": all, "session-delivery-queue": all },
  },
  {
    rule: "logs",
    reason: "logs: they tell what happened and are no state to go back to (take them with the logs option)",
    whenRestored: "carried-over",
    tops: { logs: all },
    unless: ({ logs }) => logs === true,
  },
  {
    rule: "browser-lock",
    reason: "holds a browser profile for one running browser",
    whenRestored: "dropped",
    tops: { browser: /^browser\/[^/]+\/user-data\/Singleton(?:Cookie|Lock|Socket)$/ },
  },
];

const ruleOfTop = new Map(
  rulesOfTops.flatMap((rule) => Object.entries(rule.tops).map(([top, path]) => [top, { rule, path }])),
);

/** In order: the first rule that matches gives the reason. */
const rulesOfNames: readonly RuleOfName[] = [
  {
    rule: "sqlite-coordination",
    reason: "a database that only coordinates running processes",
    whenRestored: "dropped",
    names: [sqliteCoordinator, sqliteScratch],
    workspaces: false,
  },
  {
    rule: "shared-memory",
    reason: "shared memory of the processes that have a database open: meaningless without them",
    whenRestored: "dropped",
    names: [/\.(?:sqlite3?|db)-shm$/i],
    workspaces: true,
  },
  {
    rule: "lock",
    reason: "a lock of a running process",
    whenRestored: "dropped",
    // `sessions.json.lock` is one; `Cargo.lock` of an extension is what somebody wrote.
    names: [/\.(?:jsonl?|sqlite3?|db|log)\.lock$/i],
    workspaces: false,
  },
  {
    rule: "transient",
    reason: "a socket, pid or temporary file of a running process",
    whenRestored: "dropped",
    names: [/.\.(?:sock|pid|tmp|tmp\..+)$/is],
    workspaces: true,
  },
];

/** What any of the rules about names looks for. */
const odd = /\.(?:lock|sqlite|sock|pid|tmp|db-)/i;

/**
 * Why a snapshot leaves this path out, or undefined when it takes it. A walk asks about every name there is, and few are
 * below such a top or odd: most are answered by that alone.
 */
export const exclusionOf = (path: string, options: ExclusionOptions): Exclusion | undefined => {
  const { vault = "" } = options;
  if (vault !== "" && isAtOrBelow(path, vault)) return asExclusion(vaultItself);
  const slash = path.indexOf("/");
  const top = ruleOfTop.get(slash === -1 ? path : path.slice(0, slash));
  const isOdd = odd.test(path);
  if (top === undefined && !isOdd) return undefined;
  const isInWorkspace = options.kind === "workspace" || isInInnerWorkspace(path, options.workspaces);
  if (!isInWorkspace && top?.path.test(path) === true && top.rule.unless?.(options) !== true) {
    return asExclusion(top.rule);
  }
  if (!isOdd) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const rule = rulesOfNames.find(
    ({ names, workspaces }) => (workspaces || !isInWorkspace) && names.some((each) => each.test(name)),
  );
  return rule === undefined ? undefined : asExclusion(rule);
};

const asExclusion = ({ rule, reason, whenRestored }: Exclusion): Exclusion => ({
  rule,
  reason,
  whenRestored,
});

const isAtOrBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

/** The usual places of a workspace are inside the state directory, and what is in them is its user's all the same. */
export const isInInnerWorkspace = (path: string, named: readonly string[] = []): boolean =>
  /^workspace(?:-[^/]+)?\//s.test(path) || named.some((workspace) => path.startsWith(`${workspace}/`));
