import { accessSync, constants, lstatSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { GatewaySettings, Service, ServiceStatus } from "../../../clients/index.ts";
import {
  compareSides,
  openJournal,
  planFiles,
  type FileFacts,
  type SnapshotSummary,
  type TakebackScope,
  type Vault,
} from "../../../core/index.ts";
import { bytes, type Clock } from "../../../ground/index.ts";
import type { StateSource } from "../../../keeping/index.ts";
import {
  findOwner,
  redactValue,
  valueAt,
  type Json,
  type Owner,
  type StateReading,
} from "../../../openclaw/index.ts";
import { isJsonRecord } from "../../takeback/channels.ts";
import type { PreflightItem, RestorePlan } from "../../takeback/restore-plan.ts";
import { scopeOf, type ScopeChoice } from "../../takeback/scope-words.ts";
import { sessionLosses } from "../../takeback/session-losses.ts";
import { snapshotContents } from "./snapshot-contents.ts";

export type PlanRestoreOptions = {
  readonly vault: Vault;
  readonly snapshot: SnapshotSummary;
  readonly source: StateSource;
  readonly settings: GatewaySettings;
  readonly service: Service;
  readonly choice: ScopeChoice;
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
  readonly facts: { readonly snapshot: readonly FileFacts[]; readonly live: readonly FileFacts[] };
  readonly before: StateReading;
  readonly saved: StateReading;
  /** The configuration as the snapshot has it; absent: none, or a broken one. */
  readonly savedConfig: Json | undefined;
  readonly wasRunning: boolean;
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
  const facts = {
    snapshot: await vault.fileFacts(snapshot.id),
    live: await vault.liveFacts(snapshot.id, source.plan, signal),
  };
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
  const [before, saved, verified] = [
    await source.read(),
    await snapshotContents(vault, snapshot.id, signal),
    await vault.verify([snapshot.id], { depth: "structure", signal }),
  ];
  const files = planFiles(facts.snapshot, facts.live, scope);
  const space = {
    needBytes: files.bytesToWrite + spareBytes,
    freeBytes: await freeBytesAt(dirname(source.stateDir)),
  };
  const includes = (path: string): boolean => scope.extent.kind === "whole" || scope.extent.includes(path);
  const liveConfig = source.config.kind === "read" ? source.config.config : undefined;
  const canStart = options.controllable;
  const how = hot ? "hot" : running || canStart ? "stop-and-start" : "files-only";
  const plan: RestorePlan = {
    snapshot: {
      id: snapshot.id,
      name: snapshot.name,
      createdAt: snapshot.createdAt,
      gatewayVersion: snapshot.gatewayVersion ?? saved.reading.gatewayVersion ?? null,
    },
    gateway: settings.name,
    stateDir: source.stateDir,
    scope: scope.words,
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
      damaged: verified.findings
        .filter((each) => each.snapshot === snapshot.id)
        .map(({ message }) => message),
    }),
    files,
    sessions:
      includes("state/openclaw.sqlite") || someDatabase(facts.snapshot, includes)
        ? sessionLosses(before.sessions, saved.reading.sessions)
        : null,
    config: includes("openclaw.json")
      ? compareSides(side("now", liveConfig), side(snapshot.id, saved.config), { redact: redactValue }).config
      : [],
    versions: {
      now: before.gatewayVersion ?? null,
      inSnapshot: snapshot.gatewayVersion ?? saved.reading.gatewayVersion ?? null,
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
    facts,
    before,
    saved: saved.reading,
    savedConfig: saved.config,
    wasRunning: running,
  };
};

const side = (id: string, config: Json | undefined) => ({
  id,
  vitals: {},
  files: [],
  ...(config === undefined ? {} : { config: withoutAbsent(config) }),
});

/** The comparison's JSON is this one. */
const withoutAbsent = (config: Json): Json => config;

const someDatabase = (facts: readonly FileFacts[], includes: (path: string) => boolean): boolean =>
  facts.some(({ path }) => /^agents\/[^/]+\/agent\/openclaw-agent\.sqlite$/.test(path) && includes(path));

const schemaSteps = (before: StateReading, saved: StateReading): RestorePlan["versions"]["schemas"] => {
  const now = new Map(before.agents.map(({ id, schemaVersion }) => [id, schemaVersion]));
  return saved.agents.flatMap(({ id, schemaVersion }) => {
    const current = now.get(id);
    return schemaVersion === undefined || current === schemaVersion
      ? []
      : [{ database: `agent ${id}`, now: current ?? null, inSnapshot: schemaVersion }];
  });
};

const pairAgain = (before: StateReading, saved: StateReading): RestorePlan["devices"] => {
  const known = new Set(saved.devices?.map(({ deviceId }) => deviceId));
  return (before.devices ?? [])
    .filter(({ deviceId }) => !known.has(deviceId))
    .map(({ deviceId, name }) => ({ deviceId, name: name ?? null }));
};

/** Protocols whose session keys move on with every message: an old key is refused by the other side. */
const ratcheting = ["whatsapp", "signal", "matrix"];

const ratchets = (config: Json | undefined): readonly string[] => {
  const channels = valueAt(config, ["channels"]);
  return isJsonRecord(channels) ? Object.keys(channels).filter((name) => ratcheting.includes(name)) : [];
};

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

type Looked = PlanRestoreOptions & {
  readonly owner: Owner;
  readonly status: ServiceStatus;
  readonly running: boolean;
  readonly hot: boolean;
  readonly before: StateReading;
  readonly saved: StateReading;
  readonly space: RestorePlan["space"];
  readonly scope: TakebackScope;
  readonly damaged: readonly string[];
};

const preflight = (looked: Looked): readonly PreflightItem[] => [
  readOnlyItem(looked),
  pendingItem(looked),
  snapshotItem(looked),
  originItem(looked),
  versionItem(looked),
  ownerItem(looked),
  ...looked.source.present
    .filter(({ prefix }) => looked.scope.extent.kind === "whole" || inScope(looked.scope, prefix))
    .map((root) => placeItem(root)),
  spaceItem(looked),
  wholeSetItem(looked),
];

const inScope = (scope: TakebackScope, prefix: string): boolean =>
  prefix === "" || scope.extent.kind === "whole" || scope.extent.includes(prefix);

const pass = (check: string, evidence: string): PreflightItem => ({ check, verdict: "pass", evidence });
const stop = (check: string, evidence: string, wayOut: string): PreflightItem => ({
  check,
  verdict: "stop",
  evidence,
  wayOut,
});
const warn = (check: string, evidence: string, wayOut: string): PreflightItem => ({
  check,
  verdict: "warn",
  evidence,
  wayOut,
});

const readOnlyItem = ({ readOnly, settings }: Looked): PreflightItem =>
  readOnly || settings.readOnly
    ? stop(
        "may change",
        `${settings.name} is read-only here`,
        "Run without --read-only, or remove readOnly from its configuration.",
      )
    : pass("may change", "not read-only");

const pendingItem = ({ source }: Looked): PreflightItem => {
  const journal = openJournal(source.stateDir);
  return journal === undefined
    ? pass("nothing pending", "no other restore of this state is under way")
    : stop(
        "nothing pending",
        `a restore of ${journal.begun.snapshot} has not been accepted or rolled back`,
        "`clawback restore status` shows it; then `clawback restore accept` or `clawback restore rollback`.",
      );
};

const snapshotItem = ({ damaged, snapshot }: Looked): PreflightItem =>
  damaged[0] === undefined
    ? pass(
        "snapshot is whole",
        `everything ${snapshot.id} needs is in the vault; each byte is checked again while it is written`,
      )
    : stop(
        "snapshot is whole",
        damaged[0],
        "Choose another: `clawback snapshots verify --all` says which are whole.",
      );

const originItem = ({ snapshot, source }: Looked): PreflightItem => {
  if (snapshot.stateDir === source.stateDir) {
    return snapshot.host === hostname()
      ? pass("same place", `taken of ${source.stateDir} on this host`)
      : warn(
          "same place",
          `taken on ${snapshot.host}, and this is ${hostname()}`,
          "Make sure that the gateway there is stopped for good: two with the same keys answer each other's messages.",
        );
  }
  return stop(
    "same place",
    `taken of ${snapshot.stateDir} on ${snapshot.host}, and this is ${source.stateDir}: its databases hold paths of the old place`,
    `Restore it beside first: \`clawback snapshots restore ${snapshot.id} --target DIR\`; OpenClaw's \`openclaw doctor --fix\` moves such a state over.`,
  );
};

const versionItem = ({ before, saved, snapshot }: Looked): PreflightItem => {
  const newer = schemaSteps(before, saved).find(
    ({ now, inSnapshot: older }) => now !== null && older !== null && older > now,
  );
  const [from, to] = [snapshot.gatewayVersion ?? saved.gatewayVersion ?? "?", before.gatewayVersion ?? "?"];
  if (newer !== undefined) {
    return stop(
      "versions fit",
      `the snapshot's ${newer.database} database has schema ${newer.inSnapshot}, and the gateway here knows ${newer.now} (${from} → ${to})`,
      `Update OpenClaw to ${from} or later first: an older gateway cannot read it.`,
    );
  }
  const older = schemaSteps(before, saved)[0];
  return older === undefined || older.now === null
    ? pass("versions fit", from === to ? `both ${to}` : `from ${from}, now ${to}, same schemas`)
    : warn(
        "versions fit",
        `${older.database} goes from schema ${older.now} back to ${older.inSnapshot}`,
        `The gateway (${to}) brings it up to date when it starts; this takes longer than usual.`,
      );
};

const ownerItem = ({
  owner,
  status,
  running,
  hot,
  settings,
  service,
  controllable,
}: Looked): PreflightItem => {
  const check = "gateway can be stopped";
  if (hot) return pass(check, "not needed: it takes the configuration over while it runs");
  if (!running && owner.kind !== "unknown") {
    return !controllable
      ? warn(
          check,
          "it does not run",
          "Nothing is known about how it is started: start it yourself when the files are in place.",
        )
      : pass(check, `it does not run; ${service.words} will start it`);
  }
  if (owner.kind === "unknown") {
    return stop(
      check,
      owner.evidence.join("; "),
      "Find out who uses this state directory and stop it; nothing moves while that is not known.",
    );
  }
  if (!controllable) {
    return stop(
      check,
      `it runs${owner.pid === undefined ? "" : ` as process ${owner.pid}`}, and nothing is known about how it is stopped and started`,
      `Name its \`service\` in the configuration of ${settings.name}, or stop it by hand first.`,
    );
  }
  return pass(
    check,
    `${service.words}${status.pid === undefined ? "" : `, process ${status.pid}`}${status.restarts === true ? "; it is the supervisor that is told, so it is not started again" : ""}`,
  );
};

const placeItem = ({ path, prefix, except }: StateSource["present"][number]): PreflightItem => {
  const check = prefix === "" ? "state directory can change places" : `${prefix} can change places`;
  const parent = dirname(path);
  const inside = except[0];
  if (inside !== undefined) {
    return stop(
      check,
      `${inside} lies inside it`,
      "Leave it out with --except workspace, or give it a directory of its own.",
    );
  }
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch {
    // Only the answer counts: whatever the reason is, nothing can be renamed there.
    return stop(check, `${parent} may not be written to`, "Run as the user who owns it.");
  }
  if (statSync(parent).dev !== statSync(path).dev) {
    return stop(
      check,
      `${path} is a file system of its own, and cannot be renamed`,
      "Restore beside it with --target, or mount the directory above it instead.",
    );
  }
  const { uid } = lstatSync(path);
  const own = process.getuid?.();
  return own === undefined || own === uid || own === 0
    ? pass(check, `${path}: same file system, writable`)
    : stop(
        check,
        `${path} belongs to user ${uid}, and this is user ${own}`,
        `Run as user ${uid}, or as root.`,
      );
};

const spaceItem = ({ space }: Looked): PreflightItem => {
  const evidence = `needs ${bytes(space.needBytes)}, free ${bytes(space.freeBytes)}`;
  return space.freeBytes >= space.needBytes
    ? pass("space", evidence)
    : stop(
        "space",
        evidence,
        "Free some space there: the old state is kept beside the new one until you accept.",
      );
};

const wholeSetItem = ({ source, snapshot, scope, before }: Looked): PreflightItem => {
  const check = "state and workspaces as one";
  if (scope.extent.kind === "part") return pass(check, `only a part is taken back: ${scope.words}`);
  const outside = source.present.filter(({ prefix }) => prefix !== "");
  return pass(
    check,
    outside.length === 0
      ? `${before.agents.length} agents, all inside the state directory`
      : `with ${outside.map(({ path }) => path).join(", ")}, as ${snapshot.id} has them`,
  );
};
