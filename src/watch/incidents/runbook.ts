import { command } from "../alerts/command.ts";
import type { Incident, IncidentKind } from "./incident.ts";

/** One step of the way out: something to run or to look at, with a box to tick. */
export type RunbookStep = {
  readonly id: string;
  readonly text: string;
  readonly way: RunbookWay;
  readonly done?: { readonly at: number; readonly by: string };
};

export type RunbookWay =
  | {
      readonly kind: "command";
      readonly command: string;
      /** Where a console does the same. */
      readonly opens?: RunbookPlace;
    }
  | { readonly kind: "screen"; readonly screen: RunbookScreen };

export type RunbookPlace = {
  readonly screen: RunbookScreen;
  /** What of a snapshot comes back; absent: everything. */
  readonly scope?: string;
  readonly session?: string;
};

export type RunbookScreen =
  | "gateway"
  | "sessions"
  | "channels"
  | "logs"
  | "events"
  | "alerts"
  | "snapshots"
  | "compare"
  | "restore"
  | "rollback"
  | "vault";

/** What a person at 3 a.m. does next, in order, for the kind of incident; filled with its own names. */
export const runbookOf = (incident: Incident): readonly RunbookStep[] => {
  const steps = [...(books[incident.kind] ?? books.other), closing];
  const names = namesOf(incident);
  return steps.map(({ id, text, way }) => {
    const done = incident.ticks[id];
    return { id, text, way: way(names), ...(done === undefined ? {} : { done }) };
  });
};

type Names = {
  readonly gateway: string | undefined;
  /** The session and the channel it is about; an incident can gather alerts about both. */
  readonly session: string;
  readonly channel: string;
  readonly lastGood: string;
};

type Step = {
  readonly id: string;
  readonly text: string;
  readonly way: (names: Names) => RunbookWay;
};

const unknownSession = "SESSION";

const namesOf = (incident: Incident): Names => {
  const gateway = incident.gateways[0];
  const about = (...rules: readonly string[]): string | undefined =>
    rules
      .map(
        (rule) => incident.alerts.findLast((each) => each.gateway === gateway && each.rule === rule)?.subject,
      )
      .find((subject) => subject !== undefined);
  return {
    gateway,
    session: about("session-dead", "context-pressure", "context-usage", "turn-stuck") ?? unknownSession,
    channel: about("channel-disconnected")?.split("/")[0] ?? "CHANNEL",
    lastGood: incident.lastGood.find((each) => each.gateway === gateway)?.snapshot ?? "last-good",
  };
};

const run =
  (
    words: (names: Names) => readonly string[],
    opens?: RunbookPlace | ((names: Names) => RunbookPlace),
  ): Step["way"] =>
  (names) => ({
    kind: "command",
    command: command(names.gateway, ...words(names)),
    ...(opens === undefined ? {} : { opens: typeof opens === "function" ? opens(names) : opens }),
  });

const look =
  (screen: RunbookScreen): Step["way"] =>
  () => ({ kind: "screen", screen });

const service: Step = {
  id: "service",
  text: "See what its supervisor says: running, restarting, failed",
  way: run(() => ["service", "status"]),
};
const errors: Step = {
  id: "errors",
  text: "Read the newest errors in its log",
  way: run(() => ["logs", "--level", "error", "--tail", "50"], { screen: "logs" }),
};
const doctor: Step = {
  id: "doctor",
  text: "Have all around it checked: versions, config, disk, keys",
  way: run(() => ["doctor"]),
};
const compare: Step = {
  id: "compare",
  text: "Compare the last good snapshot with now: what changed",
  way: run(({ lastGood }) => ["snapshots", "compare", lastGood, "live"], { screen: "compare" }),
};
const plan: Step = {
  id: "plan",
  text: "See what a restore brings back, and what would be gone",
  way: run(({ lastGood }) => ["snapshots", "restore", lastGood, "--dry-run"], { screen: "restore" }),
};
const restore: Step = {
  id: "restore",
  text: "Restore it, watch it come up, accept or put back",
  way: run(({ lastGood }) => ["snapshots", "restore", lastGood], { screen: "restore" }),
};
const restart: Step = {
  id: "restart",
  text: "Restart it through its supervisor",
  way: run(() => ["service", "restart"]),
};
const keep: Step = {
  id: "keep",
  text: "Keep what is there now before touching anything",
  way: run(() => ["snapshots", "save", "--name", "before-repair"]),
};
const closing: Step = {
  id: "report",
  text: "Write down what happened, while it is fresh",
  way: () => ({ kind: "command", command: command(undefined, "incident", "report") }),
};

const books: Readonly<Record<IncidentKind, readonly Step[]>> = {
  "gateway-down": [service, errors, restart, doctor, compare, plan, restore],
  "start-fails": [
    errors,
    {
      id: "config",
      text: "See whether the configuration lets a gateway start",
      way: run(() => ["config", "check"]),
    },
    compare,
    plan,
    restore,
  ],
  "crash-loop": [
    {
      id: "stop",
      text: "Stop it, so that it does no more harm while you look",
      way: run(() => ["service", "stop"]),
    },
    errors,
    compare,
    plan,
    restore,
  ],
  frozen: [service, keep, restart, errors],
  "context-overflow": [
    { id: "sessions", text: "Find the session and its pressure", way: look("sessions") },
    {
      id: "keep-session",
      text: "Keep the session as it is",
      way: run(({ session }) => ["session", "snapshot", session, "--name", "before-rollback"]),
    },
    {
      id: "rollback",
      text: "Roll this one session back online; it can be undone",
      way: run(
        ({ session }) => ["session", "rollback", session, "--snapshot-id", "last-good"],
        ({ session }) =>
          session === unknownSession ? { screen: "sessions" } : { screen: "rollback", session },
      ),
    },
    {
      id: "settings",
      text: "See what changed about compaction and models",
      way: run(({ lastGood }) => ["snapshots", "compare", lastGood, "live"], { screen: "compare" }),
    },
    {
      id: "restore",
      text: "Where that does not mend it, restore the whole gateway",
      way: run(({ lastGood }) => ["snapshots", "restore", lastGood], { screen: "restore" }),
    },
  ],
  "channel-down": [
    {
      id: "channels",
      text: "Read the gateway's own words and advice about the channel",
      way: look("channels"),
    },
    {
      id: "channel-log",
      text: "Read what the channel logged",
      way: run(({ channel }) => ["logs", "--channel", channel, "--level", "warn"], { screen: "logs" }),
    },
    {
      id: "credentials",
      text: "Compare credentials and settings with the last good snapshot",
      way: run(({ lastGood }) => ["snapshots", "compare", lastGood, "live"], { screen: "compare" }),
    },
    {
      id: "restore-credentials",
      text: "See what bringing back only the credentials would do",
      way: run(({ lastGood }) => ["snapshots", "restore", lastGood, "--only", "credentials", "--dry-run"], {
        screen: "restore",
        scope: "credentials",
      }),
    },
    restart,
  ],
  "provider-down": [
    {
      id: "provider-errors",
      text: "Read what the provider answers",
      way: run(() => ["logs", "--level", "error", "--grep", "provider"], { screen: "logs" }),
    },
    { id: "sessions", text: "See which sessions wait on it", way: look("sessions") },
    {
      id: "key",
      text: "Compare keys and providers with the last good snapshot",
      way: run(({ lastGood }) => ["snapshots", "compare", lastGood, "live"], { screen: "compare" }),
    },
  ],
  "disk-full": [
    { id: "disk", text: "See what fills the disk, and how fast", way: look("vault") },
    {
      id: "cleanup-plan",
      text: "See which snapshots retention would remove",
      way: run(() => ["snapshots", "cleanup", "--dry-run"], { screen: "vault" }),
    },
    { id: "cleanup", text: "Remove them", way: run(() => ["snapshots", "cleanup"]) },
    {
      id: "gc",
      text: "Give the space back",
      way: () => ({ kind: "command", command: command(undefined, "vault", "gc") }),
    },
  ],
  "config-broken": [
    {
      id: "do-not-restart",
      text: "Do not restart it: the running one has the good settings",
      way: look("gateway"),
    },
    compare,
    {
      id: "restore-config",
      text: "See what bringing back only the configuration would do",
      way: run(({ lastGood }) => ["snapshots", "restore", lastGood, "--only", "config", "--dry-run"], {
        screen: "restore",
        scope: "config",
      }),
    },
    restore,
  ],
  "memory-growth": [
    { id: "trend", text: "Look at the trend and what began with it", way: look("gateway") },
    { id: "sessions", text: "Look for sessions that grew with it", way: look("sessions") },
    keep,
    restart,
  ],
  "secret-leak": [
    { id: "where", text: "Find the lines (shown redacted) and who wrote them", way: look("logs") },
    {
      id: "rotate",
      text: "Revoke the secret at its issuer and put a new one in place",
      way: run(() => ["doctor"]),
    },
  ],
  slow: [
    { id: "deep", text: "Look at lag, queues and running turns", way: run(() => ["status", "--deep"]) },
    { id: "sessions", text: "See which turns run and since when", way: look("sessions") },
    errors,
  ],
  other: [doctor, errors],
};
