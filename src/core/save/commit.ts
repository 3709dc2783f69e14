import { hostname } from "node:os";
import { Meter } from "../progress.ts";
import { isoText } from "../refs/index.ts";
import type { SourcePlan } from "../source/plan.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { putRecord } from "../vault/snapshots.ts";
import type { SaveContext, SaveOptions, StateWords } from "./save-options.ts";

type Content = Pick<
  SnapshotRecord,
  "scannedAtNs" | "seen" | "seenSegments" | "tree" | "entries" | "findings"
> & {
  readonly words: StateWords;
} & ({ readonly files: number; readonly bytes: number } | { readonly summary: SnapshotRecord["summary"] });

/** The last step, and the only one that can be seen. */
export const commit = (
  { store, master, compression, clock }: SaveContext,
  options: SaveOptions,
  plan: SourcePlan,
  startedAt: number,
  content: Content,
  newBytes: number,
  storedBytes: number,
): Promise<SnapshotRecord> => {
  const meter = new Meter(clock, options.onProgress, "commit", "objects", 1);
  const { files, bytes } = "summary" in content ? content.summary : content;
  const { scannedAtNs, seen, seenSegments, tree, entries, findings, words } = content;
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
      newBytes,
      storedBytes,
      compression: options.compression ?? compression,
      expiresAt: options.expiresAt ?? null,
      vitals: words.vitals,
    },
    roots: plan.roots.map(({ prefix, path }) => ({ prefix, path })),
    scannedAtNs,
    seen,
    seenSegments,
    tree,
    entries,
    findings,
    sessions: words.sessions,
  }));
  meter.advance(1);
  return record;
};
