import * as z from "zod";
import type { SnapshotSummary as Stored, Vault } from "../../core/index.ts";
import { problemOf, type Clock } from "../../ground/index.ts";
import type { Event } from "../event.ts";
import type { SnapshotSummary } from "../snapshot-summary.ts";

/** What of an open vault this needs. */
export type VaultPort = Pick<Vault, "list" | "sign">;

/** Cheap enough for a snapshot that another process took to be there before anybody looks for it. */
const lookEveryMs = 2_000;
/** A sign can miss a change, and damage changes no sign. */
const listEveryMs = 30_000;

/**
 * Lists the vault when its sign changes and now and then, since other processes save, verify and remove as well, and
 * tells the model: snapshots by gateway, and how the vault as a whole is doing.
 */
export const watchVault = (
  vault: VaultPort,
  clock: Clock,
  gateways: readonly { readonly name: string; readonly stateDir?: string }[],
  emit: (event: Event) => void,
): { readonly nudge: () => void; readonly stop: () => Promise<void> } => {
  let stopped = false;
  let looking: Promise<void> | undefined;
  let callOff: () => void = () => undefined;
  /** As it was right before the last list. */
  let listed: { readonly sign: string; readonly at: number } | undefined;

  const byGateway = splitter(gateways);
  const look = async (): Promise<void> => {
    const sign = vault.sign();
    const now = clock.steady();
    if (listed?.sign === sign && now - listed.at < listEveryMs) return;
    listed = { sign, at: now };
    try {
      const { snapshots } = await vault.list();
      if (stopped) return;
      const at = clock.now();
      for (const [gateway, own] of byGateway(snapshots)) {
        emit({ kind: "snapshots", at, gateway, snapshots: own });
      }
      emit({ kind: "vault", at, vault: factsOf(snapshots, at) });
    } catch (error) {
      if (stopped) return;
      const { code, message } = problemOf(error);
      const at = clock.now();
      emit({ kind: "trouble", at, trouble: { at, effect: "vault", code, message } });
    }
  };

  const plan = (delayMs: number): void => {
    callOff();
    callOff = clock.after(delayMs, () => {
      if (looking !== undefined) return;
      looking = look().finally(() => {
        looking = undefined;
        if (!stopped) plan(lookEveryMs);
      });
    });
  };
  plan(0);

  return {
    nudge: () => {
      listed = undefined;
      if (!stopped) plan(0);
    },
    stop: async () => {
      stopped = true;
      callOff();
      await looking;
    },
  };
};

type Snapshots = readonly SnapshotSummary[];

/** The snapshots of each gateway, worked out again when the vault lists others than before. */
const splitter = (
  gateways: readonly { readonly name: string; readonly stateDir?: string }[],
): ((listed: readonly Stored[]) => ReadonlyMap<string, Snapshots>) => {
  let last: readonly Stored[] | undefined;
  let split: ReadonlyMap<string, Snapshots> = new Map();
  return (listed) => {
    if (listed === last) return split;
    last = listed;
    const named = Map.groupBy(listed, ({ gateway }) => gateway);
    const unnamed = Map.groupBy(named.get(null) ?? [], ({ stateDir }) => stateDir);
    split = new Map(
      gateways.map(({ name, stateDir }) => [
        name,
        [...(named.get(name) ?? []), ...(stateDir === undefined ? [] : (unnamed.get(stateDir) ?? []))].map(
          (each) => summaryOf(each, name),
        ),
      ]),
    );
    return split;
  };
};

// Whoever saved put the vitals in; what is not a number there is not known.
const known = z.number().optional().catch(undefined);
const vitals = z
  .object({ contextPressure: known, contextUsage: known, sessions: known, agents: known })
  .catch({ contextPressure: undefined, contextUsage: undefined, sessions: undefined, agents: undefined });

export const summaryOf = (stored: Stored, gateway: string): SnapshotSummary => {
  const { contextPressure, contextUsage, sessions, agents } = vitals.parse(stored.vitals);
  return {
    id: stored.id,
    gateway,
    at: Date.parse(stored.createdAt),
    kind: stored.kind,
    ...(stored.name === null ? {} : { name: stored.name }),
    bytes: stored.bytes,
    newBytes: stored.newBytes,
    verification:
      stored.verifiedAt === null
        ? { kind: "not-yet" }
        : { kind: "passed", at: Date.parse(stored.verifiedAt) },
    vitals: {
      ...(contextPressure === undefined ? {} : { contextPressure }),
      ...(contextUsage === undefined ? {} : { contextUsage }),
      ...(sessions === undefined ? {} : { sessions }),
      ...(agents === undefined ? {} : { agents }),
    },
    takenDuring: [],
  };
};

const factsOf = (snapshots: readonly Stored[], at: number): Extract<Event, { kind: "vault" }>["vault"] => {
  const times = (pick: (stored: Stored) => string | null): readonly number[] =>
    snapshots.flatMap((each) => {
      const text = pick(each);
      return text === null ? [] : [Date.parse(text)];
    });
  const verified = times((each) => each.verifiedAt);
  const waiting = times((each) => (each.verifiedAt === null ? each.createdAt : null));
  return {
    at,
    ...(waiting.length === 0 ? {} : { oldestUnverifiedAt: Math.min(...waiting) }),
    ...(verified.length === 0 ? {} : { lastVerifiedAt: Math.max(...verified) }),
  };
};
