import type { PackWriter } from "../pack/pack-writer.ts";
import type { Seen } from "../source/scan-digest.ts";
import type { KnownChunks } from "../vault/known-chunks.ts";
import type { BesideBase } from "./beside-base.ts";
import { makeEntry, ManifestBuilder } from "./build-manifest.ts";
import type { Content } from "./commit.ts";
import type { Gathered } from "./gather.ts";
import { isPlainEntry } from "./take-over.ts";

/**
 * Writes the list of files: what was taken over as it stands, the rest entry by entry. What the walk has seen goes along
 * only when nothing but that went into it, because a later walk that sees the same takes it over unread.
 */
export const writeManifest = (
  table: KnownChunks,
  writer: PackWriter,
  seen: Seen,
  { taken, at, holdsAll }: BesideBase,
  { sorted, resolutions, files, attributes, findings: before }: Gathered,
): Omit<Content, "words"> => {
  writer.beginManifest();
  const manifest = new ManifestBuilder(table, writer);
  const findings = [...before];
  let isComplete = holdsAll;
  let next = 0;
  for (const [number, { to, digest }] of seen.parts.entries()) {
    const segment = taken.segments.get(number);
    if (segment !== undefined) {
      manifest.takeOver(segment);
      continue;
    }
    let isPlain = true;
    for (; next < sorted.length && (at[next] ?? 0) < to; next += 1) {
      const each = sorted[next];
      if (each === undefined) continue;
      const resolution = resolutions.get(each);
      const made = makeEntry(each, resolution, files.get(each), attributes, manifest, findings);
      if (made !== undefined) manifest.add(made);
      else if (resolution?.kind !== "dropped") isComplete = false;
      isPlain &&= isPlainEntry(each.item, made);
    }
    manifest.endPart(isPlain ? digest : undefined);
  }
  const tree = manifest.finish();
  const isSeen = isComplete && findings.length === 0;
  const seenSegments = isSeen ? manifest.storeSeen() : undefined;
  const { entries, files: fileCount, bytes } = manifest;
  return {
    seen: isSeen ? seen.digest : undefined,
    seenSegments,
    tree,
    entries,
    files: fileCount,
    bytes,
    findings,
  };
};
