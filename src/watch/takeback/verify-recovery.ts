import type { StateReading } from "../../openclaw/index.ts";

/** One thing that a restored gateway was compared on. */
export type RecoveryCheck = {
  readonly what: "sessions" | "messages" | "agents" | "memory" | "context" | "channels" | "skills" | "boot";
  readonly verdict: "same" | "differs" | "unknown";
  readonly evidence: string;
};

export type Recovery = { readonly ok: boolean; readonly checks: readonly RecoveryCheck[] };

export type RecoveryFacts = {
  /** What was put in place, read before anything was started on it. */
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

const counted = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? "" : "s"}`;

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
    return {
      what: "sessions",
      verdict: "differs",
      evidence: `${Math.max(missing.length, unlisted.length)} of ${wanted.length} sessions are missing, ${fault} first`,
    };
  }
  return {
    what: "sessions",
    verdict: "same",
    evidence: `${wanted.length} of ${wanted.length} sessions are there${listed === undefined ? "" : ", by the gateway's own list too"}`,
  };
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
      return {
        what: "messages",
        verdict: "differs",
        evidence: `${key} has ${has} messages and should have ${wanted}`,
      };
    }
  }
  const total = expected.sessions.reduce((sum, session) => sum + (session.messages ?? 0), 0);
  return compared === 0 && expected.sessions.length > 0
    ? { what: "messages", verdict: "unknown", evidence: "this version keeps no counts of messages" }
    : {
        what: "messages",
        verdict: "same",
        evidence: `${counted(total, "message")} in ${counted(compared, "session")}`,
      };
};

const agents = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const now = new Set(found.agents.map(({ id }) => id));
  const missing = expected.agents.filter(({ id }) => !now.has(id));
  return missing.length === 0
    ? { what: "agents", verdict: "same", evidence: counted(expected.agents.length, "agent") }
    : { what: "agents", verdict: "differs", evidence: `missing: ${missing.map(({ id }) => id).join(", ")}` };
};

const memory = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const count = (reading: StateReading): number =>
    reading.memory.reduce((sum, { files, indexed }) => sum + (files ?? 0) + (indexed ?? 0), 0);
  const [wanted, has] = [count(expected), count(found)];
  return has < wanted
    ? { what: "memory", verdict: "differs", evidence: `${has} memory keys and should be ${wanted}` }
    : { what: "memory", verdict: "same", evidence: counted(has, "key") };
};

const context = ({ expected, found }: RecoveryFacts): RecoveryCheck => {
  const percent = (part: number | undefined): string =>
    part === undefined ? "?" : `${Math.round(part * 100)}%`;
  return {
    what: "context",
    verdict: found.vitals.contextPressure === undefined ? "unknown" : "same",
    evidence: `pressure ${percent(found.vitals.contextPressure)}, in the snapshot ${percent(expected.vitals.contextPressure)}`,
  };
};

const channels = ({ channels: { expected, found } }: RecoveryFacts): RecoveryCheck => {
  const missing = expected.filter((name) => !found.includes(name));
  return missing.length === 0
    ? {
        what: "channels",
        verdict: "same",
        evidence: expected.length === 0 ? "none configured" : expected.join(", "),
      }
    : { what: "channels", verdict: "differs", evidence: `not configured any more: ${missing.join(", ")}` };
};

const skills = ({ skills: { expected, found } }: RecoveryFacts): RecoveryCheck => ({
  what: "skills",
  verdict: found < expected ? "differs" : "same",
  evidence: `${counted(found, "file")} of skills and tools${found < expected ? `, and should be ${expected}` : ""}`,
});

const boot = ({ boot: seen }: RecoveryFacts): readonly RecoveryCheck[] => {
  if (seen === undefined) return [];
  if (seen.after === undefined) {
    return [{ what: "boot", verdict: "unknown", evidence: "it does not write its starts down" }];
  }
  return [
    seen.after === seen.before
      ? {
          what: "boot",
          verdict: "differs",
          evidence: "it is the same boot as before: it was never started again",
        }
      : { what: "boot", verdict: "same", evidence: `a new boot, ${seen.after.slice(0, 8)}` },
  ];
};
