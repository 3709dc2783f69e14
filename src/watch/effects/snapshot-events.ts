import type { Listed, SnapshotSummary } from "../../core/index.ts";
import type { Event } from "../event.ts";
import type { SnapshotSummary as WatchedSnapshot } from "../snapshot-summary.ts";
import { lastGoodOf } from "../incidents/last-good.ts";
import type { LastGood } from "../incidents/incident.ts";
import { numbersOf } from "../../keeping/index.ts";

/** A snapshot as the watch knows it. Snapshots of a state directory that has no name go by its path. */
const summaryOf = (snapshot: SnapshotSummary): WatchedSnapshot => {
  const { contextPressure, contextUsage, sessions, agents } = numbersOf(snapshot.vitals);
  return {
    id: snapshot.id,
    gateway: snapshot.gateway ?? snapshot.stateDir,
    at: Date.parse(snapshot.createdAt),
    kind: snapshot.kind,
    ...(snapshot.name === null ? {} : { name: snapshot.name }),
    bytes: snapshot.bytes,
    newBytes: snapshot.newBytes,
    verification:
      snapshot.verifiedAt === null
        ? { kind: "not-yet" }
        : { kind: "passed", at: Date.parse(snapshot.verifiedAt) },
    vitals: {
      ...(contextPressure === undefined ? {} : { contextPressure }),
      ...(contextUsage === undefined ? {} : { contextUsage }),
      ...(sessions === undefined ? {} : { sessions }),
      ...(agents === undefined ? {} : { agents }),
    },
    takenDuring: [],
  };
};

/** What a listing of the vault tells the watch: the snapshots of each gateway, newest first, and the vault as a whole. */
export const eventsOfListing = (
  { snapshots }: Listed,
  gateways: readonly { readonly name: string; readonly stateDir?: string }[],
  at: number,
): readonly Event[] => {
  const known = snapshots.map((snapshot) => ({ of: snapshot, summary: summaryOf(snapshot) }));
  const verified = known.flatMap(({ summary: { verification } }) =>
    verification.kind === "passed" ? [verification.at] : [],
  );
  const waiting = known.flatMap(({ summary }) =>
    summary.verification.kind === "not-yet" ? [summary.at] : [],
  );
  return [
    ...gateways.map(({ name, stateDir }): Event => ({
      kind: "snapshots",
      at,
      gateway: name,
      snapshots: known
        .filter(
          ({ of }) =>
            of.gateway === name ||
            (of.gateway === null && stateDir !== undefined && of.stateDir === stateDir),
        )
        .map(({ summary }) => ({ ...summary, gateway: name }))
        .toSorted((a, b) => b.at - a.at),
    })),
    {
      kind: "vault",
      at,
      vault: {
        at,
        ...(waiting.length === 0 ? {} : { oldestUnverifiedAt: Math.min(...waiting) }),
        ...(verified.length === 0 ? {} : { lastVerifiedAt: Math.max(...verified) }),
        restoresTried: 0,
        restoresSucceeded: 0,
        remotes: [],
      },
    },
  ];
};

/** The newest healthy one before the trouble, of the gateway that has the newest snapshot when there are several. */
export const lastGoodIn = (snapshots: readonly SnapshotSummary[], onsetAt: number): LastGood | undefined => {
  const newestFirst = snapshots.map(summaryOf).toSorted((a, b) => b.at - a.at);
  const name = newestFirst[0]?.gateway;
  if (name === undefined) return undefined;
  return lastGoodOf(
    { identity: { name }, snapshots: newestFirst.filter(({ gateway }) => gateway === name) },
    onsetAt,
  );
};
