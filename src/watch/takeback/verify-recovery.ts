import type { StateReading } from "../../openclaw/index.ts";
import { english, type Sentence } from "../sentences/index.ts";

/** One thing that a restored gateway was compared on. */
export type RecoveryCheck = {
  readonly what: "sessions" | "messages" | "agents" | "memory" | "context" | "channels" | "skills" | "boot";
  readonly verdict: "same" | "differs" | "unknown";
  readonly evidence: string;
  readonly said?: Sentence | undefined;
};

const checked = (
  what: RecoveryCheck["what"],
  verdict: RecoveryCheck["verdict"],
  said: Sentence,
): RecoveryCheck => ({ what, verdict, evidence: english(said), said });

export type Recovery = { readonly ok: boolean; readonly checks: readonly RecoveryCheck[] };

export type RecoveryFacts = {
  /** What was taken back, and all else as it lay there before anything was started on it. */
  readonly expected: StateReading;
  readonly found: StateReading;
  /** Keys the gateway itself lists; absent when it was not asked or did not answer. */
  readonly listedKeys?: readonly string[];
  readonly channels: { readonly expected: readonly string[]; readonly found: readonly string[] };
  readonly skills: { readonly expected: number; readonly found: number };
  readonly boot?: { readonly before: string | undefined; readonly after: string | undefined };
};

/**
 * Whether what runs is what was put back. A gateway goes on living while it is looked at: sessions and messages that
 * came since are no fault, missing ones are.
 */
export const verifyRecovery = (facts: RecoveryFacts): Recovery => {
  const checks = [
    sessions(facts),
    messages(facts),
    agents(facts),
    memory(facts),
    context(facts),
    channels(facts),
    skills(facts),
    ...boot(facts),
  ];
  return { ok: checks.every(({ verdict }) => verdict !== "differs"), checks };
};

const sessions = ({ expected, found, listedKeys }: RecoveryFacts): RecoveryCheck => {
  const wanted = expected.sessions.filter(({ archivedAt }) => archivedAt === undefined).map(({ key }) => key);
  const onDisk = new Set(found.sessions.map(({ key }) => key));
  const missing = wanted.filter((key) => !onDisk.has(key));
  // A gateway lists a page of its sessions; it may be held to that page only when all of them fit.
  const listed = listedKeys === undefined ? undefined : new Set(listedKeys);
  const unlisted =
    listed === undefined || listed.size < wanted.length ? [] : wanted.filter((key) => !listed.has(key));
  const fault = missing[0] ?? unlisted[0];
  if (fault !== undefined) {
    return checked("sessions", "differs", {
      say: "sessions-missing",
      missing: Math.max(missing.length, unlisted.length),
      all: wanted.length,
      first: fault,
    });
  }
  return checked("sessions", "same", {
    say: "sessions-there",
    all: wanted.length,
    listed: listed !== undefined,
  });
};

const messages = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const now = new Map(
    found.sessions.map((session) => [`${session.agentId}\0${session.key}`, session.messages]),
  );
  let compared = 0;
  for (const { agentId, key, messages: wanted } of expected.sessions) {
    const has = now.get(`${agentId}\0${key}`);
    if (wanted === undefined || has === undefined) continue;
    compared += 1;
    if (has < wanted) {
      return checked("messages", "differs", { say: "messages-missing", session: key, has, wanted });
    }
  }
  const total = expected.sessions.reduce((sum, session) => sum + (session.messages ?? 0), 0);
  return compared === 0 && expected.sessions.length > 0
    ? checked("messages", "unknown", { say: "messages-uncounted" })
    : checked("messages", "same", { say: "messages-there", messages: total, sessions: compared });
};

const agents = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const now = new Set(found.agents.map(({ id }) => id));
  const missing = expected.agents.filter(({ id }) => !now.has(id));
  return missing.length === 0
    ? checked("agents", "same", { say: "agents-there", agents: expected.agents.length })
    : checked("agents", "differs", { say: "are-missing", names: missing.map(({ id }) => id) });
};

const memory = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const count = (reading: StateReading): number =>
    reading.memory.reduce((sum, { files, indexed }) => sum + (files ?? 0) + (indexed ?? 0), 0);
  const [wanted, has] = [count(expected), count(found)];
  return has < wanted
    ? checked("memory", "differs", { say: "memory-missing", has, wanted })
    : checked("memory", "same", { say: "memory-there", keys: has });
};

const context = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const { contextPressure: pressure } = found.vitals;
  const { contextPressure: saved } = expected.vitals;
  return checked("context", pressure === undefined ? "unknown" : "same", {
    say: "pressure-then",
    ...(pressure === undefined ? {} : { pressure }),
    ...(saved === undefined ? {} : { saved }),
  });
};

const channels = ({ channels: { expected, found } }: RecoveryFacts): RecoveryCheck => {
  const missing = expected.filter((name) => !found.includes(name));
  return missing.length === 0
    ? checked("channels", "same", { say: "channels-there", names: expected })
    : checked("channels", "differs", { say: "channels-missing", names: missing });
};

const skills = ({ skills: { expected, found } }: RecoveryFacts): RecoveryCheck =>
  found < expected
    ? checked("skills", "differs", { say: "skills-missing", files: found, wanted: expected })
    : checked("skills", "same", { say: "skills-there", files: found });

const boot = ({ boot: seen }: RecoveryFacts): readonly RecoveryCheck[] => {
  if (seen === undefined) return [];
  if (seen.after === undefined) {
    return [checked("boot", "unknown", { say: "boot-unknown" })];
  }
  return [
    seen.after === seen.before
      ? checked("boot", "differs", { say: "boot-same" })
      : checked("boot", "same", { say: "boot-new", boot: seen.after.slice(0, 8) }),
  ];
};
