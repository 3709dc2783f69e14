import { hostname } from "node:os";
import { isoText } from "../../ground/index.ts";
import { Meter } from "../progress.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { putRecord } from "../vault/snapshots.ts";
import type { Added, Attempt, StateWords } from "./save-options.ts";

/** All that a record says which the attempt itself does not know. */
export type Content = Pick<SnapshotRecord, "seen" | "seenSegments" | "tree" | "entries" | "findings"> & {
  readonly words: StateWords;
  readonly files: number;
  readonly bytes: number;
};

/** The last step, and the only one that can be seen. */
export const commit = (
  { store, master, compression, clock, plan, options, startedAt, scannedAtNs }: Attempt,
  { words, files, bytes, ...content }: Content,
  added: Added,
): Promise<SnapshotRecord> => {
  const meter = new Meter(clock, options.onProgress, "commit", "objects", 1);
  const record = putRecord(store, master, startedAt, (id) => ({
    format: 1,
    summary: {
      id,
      name: options.name ?? null,
      kind: options.kind,
      createdAt: isoText(startedAt),
      gateway: options.gateway ?? null,
      host: options.host ?? hostname(),
      gatewayVersion: words.gatewayVersion ?? null,
      stateDir: plan.roots.find(({ prefix }) => prefix === "")?.path ?? "",
      tags: options.tags ?? [],
      description: options.description ?? null,
      files,
      bytes,
      ...added,
      compression,
      expiresAt: options.expiresAt ?? null,
      vitals: words.vitals,
    },
    roots: plan.roots.map(({ prefix, path }) => ({ prefix, path })),
    scannedAtNs,
    ...content,
    sessions: words.sessions,
  }));
  meter.advance(1);
  return record;
};
