import { hostname } from "node:os";
import { dirname } from "node:path";
import type { OwnerLease } from "../state/gateway-database.ts";
import { readOwnerLocks, type LockReading, type OwnerLock } from "./lock.ts";
import { processState, type ProcessState } from "./process.ts";

/** Who owns a state directory now. Anything that writes into it needs `nobody` or `dead`. */
export type Owner = {
  readonly kind:
    | "alive"
    /** Somebody owned it and is gone without having let go: a crash or a kill. */
    | "dead"
    | "nobody"
    /** It cannot be told. Never a reason to write. */
    | "unknown";
  readonly pid?: number;
  readonly port?: number;
  readonly role?: string;
  /** What was seen, each a sentence for a person. */
  readonly evidence: readonly string[];
};

/** What a connection to the gateway's port told, tried by the caller: this layer opens no sockets. */
export type PortProbe = { readonly port: number; readonly answered: boolean };

export type OwnerOptions = {
  readonly probe?: PortProbe;
  /** The gateway's lease in its own database, when that was read. */
  readonly lease?: OwnerLease;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

export const findOwner = async (stateDir: string, options: OwnerOptions): Promise<Owner> => {
  const locks = await Promise.all(
    (await readOwnerLocks(stateDir)).map(async (reading): Promise<SeenLock> =>
      reading.kind === "held"
        ? { kind: "held", lock: reading.lock, process: await processState(reading.lock.pid) }
        : reading,
    ),
  );
  return judgeOwner({ ...options, locks, host: hostname() });
};

/** A lock with what its process was seen to be. */
export type SeenLock =
  | Exclude<LockReading, { readonly kind: "held" }>
  | { readonly kind: "held"; readonly lock: OwnerLock; readonly process: ProcessState };

/** The verdict over what was seen. When two things contradict each other, the answer is `unknown`. */
export const judgeOwner = (
  seen: OwnerOptions & { readonly locks: readonly SeenLock[]; readonly host: string },
): Owner => {
  const judged = seen.locks.map(judgeLock);
  const elsewhere = judgeLease(seen);
  const evidence = [...judged.map((lock) => lock.evidence), ...probeEvidence(seen.probe), ...elsewhere];
  const alive = judged.find((lock) => lock.kind === "alive");
  if (alive !== undefined) return { kind: "alive", ...alive.who, evidence };
  const unclear = judged.find((lock) => lock.kind === "unknown");
  if (unclear !== undefined || elsewhere.length > 0 || seen.probe?.answered === true) {
    return { kind: "unknown", ...(unclear ?? judged[0])?.who, evidence };
  }
  const dead = judged.find((lock) => lock.kind === "dead");
  if (dead !== undefined) return { kind: "dead", ...dead.who, evidence };
  return { kind: "nobody", evidence: ["no lock in the state directory", ...evidence] };
};

type Judged = {
  readonly kind: "alive" | "dead" | "unknown" | "none";
  readonly who: Pick<Owner, "pid" | "port" | "role">;
  readonly evidence: string;
};

const judgeLock = (seen: SeenLock): Judged => {
  switch (seen.kind) {
    case "none":
      return { kind: "none", who: {}, evidence: "no lock in the state directory" };
    case "unreadable":
      return {
        kind: "unknown",
        who: {},
        evidence: `the lock ${seen.path} cannot be understood: ${seen.reason}`,
      };
    case "held":
      return judgeHeld(seen.lock, seen.process);
  }
};

const judgeHeld = (lock: OwnerLock, found: ProcessState): Judged => {
  const who = { pid: lock.pid, role: lock.role, ...(lock.port === undefined ? {} : { port: lock.port }) };
  // A copy of a live directory carries its lock, and a container may know the directory under another name: the
  // evidence says so, and the verdict stays on the safe side.
  const directory = dirname(dirname(dirname(lock.path)));
  const of = lock.stateDir === undefined || lock.stateDir === directory ? "" : ` of ${lock.stateDir}`;
  const named = `the lock names ${lock.role} process ${lock.pid}${of}`;
  if (found.kind === "gone") return { kind: "dead", who, evidence: `${named}, which is gone` };
  if (lock.startTime === undefined || found.startTime === undefined) {
    return {
      kind: "unknown",
      who,
      evidence: `${named}; one with this number runs, its start cannot be compared`,
    };
  }
  return found.startTime === lock.startTime
    ? { kind: "alive", who, evidence: `${named}, which runs` }
    : { kind: "dead", who, evidence: `${named}, which is gone: the number now belongs to a later process` };
};

const probeEvidence = (probe: PortProbe | undefined): readonly string[] =>
  probe === undefined ? [] : [`port ${probe.port} ${probe.answered ? "answers" : "does not answer"}`];

/**
 * A lock's process number means nothing across hosts and containers. The lease in the database says which host it was
 * written on, and it is renewed while the gateway lives: one from another host that has not run out may be alive.
 */
const judgeLease = ({ lease, now, host }: OwnerOptions & { readonly host: string }): readonly string[] =>
  lease === undefined || lease.host === undefined || lease.host === host || lease.expiresAt <= now
    ? []
    : [`a lease of host ${lease.host} in the database has not run out`];
