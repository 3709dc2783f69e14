import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { probeGateway, type GatewaySettings, type Service } from "../../../clients/index.ts";
import {
  compareSides,
  planFiles,
  type BesideLive,
  type FileFacts,
  type Finding,
  type SnapshotSummary,
  type SourcePlan,
  type StageFacts,
  type TakebackScope,
  type Vault,
  type VerifyOptions,
} from "../../../core/index.ts";
import type { Clock } from "../../../ground/index.ts";
import type { StateSource } from "../../../keeping/index.ts";
import {
  agentOfDatabase,
  findOwner,
  redactValue,
  type Json,
  type StateReading,
} from "../../../openclaw/index.ts";
import { pairAgain, ratchets, schemaSteps } from "../../takeback/plan-losses.ts";
import { movedConfig, type Migration } from "../../takeback/migration.ts";
import type { RestorePlan } from "../../takeback/restore-plan.ts";
import { scopeOf, type ScopeChoice } from "../../takeback/scope-words.ts";
import { sessionLosses } from "../../takeback/session-losses.ts";
import { keptSections, planMigration, planRoots, type RestoreRoot } from "./plan-migration.ts";
import { preflight } from "./preflight.ts";
import { snapshotContents } from "./snapshot-contents.ts";

export type PlanRestoreOptions = {
  readonly vault: Vault;
  readonly snapshot: SnapshotSummary;
  readonly source: StateSource;
  readonly settings: GatewaySettings;
  readonly service: Service;
  readonly choice: ScopeChoice;
  /** What the gateway that the snapshot is of is called by people, when it is another. */
  readonly originLabel?: string;
  /** Whether it can be stopped and started from here at all. */
  readonly controllable: boolean;
  /** The program was told to change nothing. */
  readonly readOnly: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** A plan with what carrying it out needs besides. */
export type PreparedRestore = {
  readonly plan: RestorePlan;
  readonly scope: TakebackScope;
  /** Of the whole, and of a part that is looked at once more, the paths: of each name the rest takes 600 bytes. */
  readonly facts: StageFacts;
  /** The paths of the files that the snapshot holds. */
  readonly savedFiles: readonly string[];
  /** All that is live and may be replaced: of that the safety snapshot is taken. */
  readonly live: SourcePlan;
  readonly before: StateReading;
  readonly saved: StateReading;
  /** The configuration as the snapshot has it; absent: none, or a broken one. */
  readonly savedConfig: Json | undefined;
  readonly wasRunning: boolean;
  /** What comes in, and where. */
  readonly roots: readonly RestoreRoot[];
};

/** Room beside what is written: directories, the journal, and a gateway that goes on writing meanwhile. */
const spareBytes = 64 * 1024 * 1024;
/** A gateway takes 11 to 24 seconds to start, and about 3 to stop when it has nothing to drain. */
const usualDowntimeMs = 20_000;

/** Looks at both sides and at everything that could go wrong. Changes nothing. */
export const planRestore = async (options: PlanRestoreOptions): Promise<PreparedRestore> => {
  const { vault, snapshot, source, settings, service, clock, signal } = options;
  const [status, owner] = await Promise.all([
    service.status(signal),
    findOwner(source.stateDir, { now: clock.now() }),
  ]);
  const running = owner.kind === "alive" || status.state === "running" || status.state === "starting";
  const rooted = planRoots((await vault.carried(snapshot.id)).roots, source);
  const live = { ...source.plan, roots: [...source.plan.roots, ...rooted.unclaimed] };
  const unread: Finding[] = [];
  const { before, ...facts } = await lookAtNow(options, live, (finding) => unread.push(finding));
  const hot = running && options.choice.only.join() === "config" && options.choice.except.length === 0;
  const asked = scopeOf(
    options.choice,
    source.classesOf,
    facts.snapshot.map(({ path }) => path),
    hot,
  );
  const scope: TakebackScope = hot
    ? { words: asked.words, extent: { kind: "part", includes: (path) => path === "openclaw.json", hot } }
    : asked;
  const includes = (path: string): boolean => scope.extent.kind === "whole" || scope.extent.includes(path);
  const files = planFiles(facts.snapshot, facts.live, scope);
  const [saved, damage] = [
    await snapshotContents(vault, snapshot.id, signal, { live: source.plan.roots, moves: rooted.moves }),
    await damageOf(options, facts, files, includes),
  ];
  // What its own databases say; what was noted with it was read by whichever of ours took it.
  const takenOf = saved.reading.gatewayVersion ?? snapshot.gatewayVersion ?? undefined;
  const installed = running ? await runningVersion(options) : undefined;
  const space = {
    needBytes: files.bytesToWrite + spareBytes,
    freeBytes: await freeBytesAt(dirname(source.stateDir)),
  };
  const liveConfig = source.config.kind === "read" ? source.config.config : undefined;
  const migration = planMigration({
    snapshot,
    settings,
    originLabel: options.originLabel,
    moves: rooted.moves,
    savedConfig: saved.config,
    liveConfig,
    databasePaths: saved.movedRows,
    includes,
  });
  const arriving = arrivingConfig(saved.config, migration, liveConfig);
  const canStart = options.controllable;
  const how = hot ? "hot" : running || canStart ? "stop-and-start" : "files-only";
  const plan: RestorePlan = {
    snapshot: {
      id: snapshot.id,
      name: snapshot.name,
      createdAt: snapshot.createdAt,
      gatewayVersion: takenOf ?? null,
    },
    gateway: settings.name,
    stateDir: source.stateDir,
    scope: scope.words,
    migration: migration ?? null,
    how,
    preflight: preflight({
      ...options,
      owner,
      status,
      running,
      hot,
      before,
      saved: saved.reading,
      space,
      scope,
      migration,
      takenOf,
      installed,
      homeless: rooted.homeless.flatMap(({ prefix, path }) =>
        facts.snapshot.some((file) => file.path.startsWith(prefix) && includes(file.path)) ? path : [],
      ),
      damage,
      unread,
      arriving,
      configBroken: saved.configBroken,
      includes,
    }),
    files,
    // Of a database that cannot be read nobody knows which sessions it has.
    sessions:
      saved.reading.vitals.sessions !== undefined &&
      (includes("state/openclaw.sqlite") || someDatabase(facts.snapshot, includes))
        ? sessionLosses(before.sessions, saved.reading.sessions)
        : null,
    // All of one that cannot be read is no comparison; what is the matter with it stands among what was looked at.
    config:
      includes("openclaw.json") && liveConfig !== undefined
        ? compareSides(side("now", liveConfig), side(snapshot.id, arriving), { redact: redactValue }).config
        : [],
    versions: {
      now: installed ?? before.gatewayVersion ?? null,
      inSnapshot: takenOf ?? null,
      schemas: schemaSteps(before, saved.reading),
    },
    devices: includes("state/openclaw.sqlite") ? pairAgain(before, saved.reading) : [],
    ratchetChannels: includes("credentials/") || scope.extent.kind === "whole" ? ratchets(liveConfig) : [],
    deliveriesDropped: includes("state/openclaw.sqlite")
      ? (before.deliveries ?? []).reduce((sum, { count }) => sum + count, 0)
      : 0,
    space,
    downtime: {
      expectedMs: how === "hot" ? 0 : running ? usualDowntimeMs : null,
      words: downtimeWords(how, running),
    },
  };
  return {
    plan,
    scope,
    facts: {
      paths: facts.snapshot.map(({ path }) => path),
      ...(hot ? { snapshot: facts.snapshot, live: facts.live } : { snapshot: [], live: [] }),
    },
    savedFiles: facts.snapshot.flatMap(({ path, type }) => (type === "file" ? path : [])),
    live,
    before,
    saved: saved.reading,
    savedConfig: saved.config,
    wasRunning: running,
    roots: rooted.roots.filter(
      ({ prefix }) => prefix === "" || facts.snapshot.some(({ path }) => path.startsWith(prefix)),
    ),
  };
};

/** By itself, because what it knows of each name is much, and the rest of a plan needs none of that. */
const lookAtNow = async (
  { vault, snapshot, source, signal }: PlanRestoreOptions,
  live: SourcePlan,
  onUnread: (finding: Finding) => void,
): Promise<Sides & { readonly before: StateReading }> => {
  const { filesBelow, ...sides } = await vault.besideLive(snapshot.id, live, signal, onUnread);
  return { ...sides, before: await source.read(filesBelow) };
};

type Sides = Omit<BesideLive, "filesBelow">;

const probeMs = 2_000;

/** By its own word; one that runs and does not answer says nothing. */
const runningVersion = async ({
  settings,
  clock,
  signal,
}: PlanRestoreOptions): Promise<string | undefined> => {
  const { startup, health } = await probeGateway(settings, { clock }, { signal, timeoutMs: probeMs });
  return startup?.version ?? health?.version;
};

/** What the vault has lost of a snapshot, and how many files of that the live state still has. */
export type Damage = { readonly lost: readonly Finding[]; readonly spared: number };

/** What is wrong with what would come in must be known before a gateway is asked to stop: all of that is read. */
const damageOf = async (
  { vault, snapshot: { id }, signal }: PlanRestoreOptions,
  facts: Sides,
  { written, replaced }: RestorePlan["files"],
  includes: (path: string) => boolean,
): Promise<Damage> => {
  const incoming = new Set([...written, ...replaced].map(({ path }) => path));
  const find = async (options: Partial<VerifyOptions>): Promise<readonly Finding[]> => {
    const { findings } = await vault.verify([id], {
      depth: "content",
      isWanted: (path) => incoming.has(path),
      signal,
      ...options,
    });
    return findings.filter(({ snapshot, path }) => snapshot === id && (path === undefined || includes(path)));
  };
  const all = await find({});
  if (all.length === 0) return { lost: [], spared: 0 };
  const now = new Map(facts.live.map(({ path, content }) => [path, content]));
  const same = new Set(
    facts.snapshot.flatMap(({ path, content }) =>
      content !== undefined && now.get(path) === content ? [path] : [],
    ),
  );
  const lost = await find({ elsewhere: (path) => same.has(path), note: "nothing" });
  return { lost, spared: all.length - lost.length };
};

const side = (id: string, config: Json | undefined) => ({
  id,
  vitals: {},
  files: [],
  ...(config === undefined ? {} : { config: withoutAbsent(config) }),
});

/** The configuration as it will be here. */
const arrivingConfig = (
  saved: Json | undefined,
  migration: Migration | undefined,
  live: Json | undefined,
): Json | undefined =>
  saved === undefined || migration === undefined
    ? saved
    : movedConfig(saved, migration.moves, migration.kept.length === 0 ? {} : keptSections(live)).config;

/** The comparison's JSON is this one. */
const withoutAbsent = (config: Json): Json => config;

const someDatabase = (facts: readonly FileFacts[], includes: (path: string) => boolean): boolean =>
  facts.some(({ path }) => agentOfDatabase(path) !== undefined && includes(path));

const downtimeWords = (how: RestorePlan["how"], running: boolean): string => {
  if (how === "hot") return "none: the gateway takes the configuration over while it runs";
  if (how === "files-only") return "the gateway does not run, and somebody else has to start it";
  return running
    ? "about 20 s: its own stop and start, and longer while it drains active work"
    : "it does not run now; it is started when the files are in place";
};

const freeBytesAt = async (directory: string): Promise<number> => {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
};
