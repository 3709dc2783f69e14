import { compareFiles, type FileChange, type FileFacts, type FileSummary } from "../compare/files.ts";
import type { TakebackScope } from "./scope.ts";

/** What a restore in place does to files, exactly. */
export type FilePlan = {
  /** In the snapshot and not there now. */
  readonly written: readonly FileSummary[];
  readonly replaced: readonly FileChange[];
  /** There now and not in the snapshot: kept aside with the old state. */
  readonly removed: readonly FileSummary[];
  readonly same: number;
  /** What has to be written to disk beside the live state. */
  readonly bytesToWrite: number;
  /** At most so much of it is taken out of the vault. What is as it was comes from the live state, checked likewise. */
  readonly bytesFromVault: number;
};

/** What is looked at of both sides, sorted by path. The whole is compared with nothing: of that the paths are enough. */
export type StageFacts = {
  readonly paths: readonly string[];
  readonly snapshot: readonly FileFacts[];
  readonly live: readonly FileFacts[];
};

/** Both sides as a comparison wants them, sorted by path. `before` in a change is what is live now. */
export const planFiles = (
  snapshot: readonly FileFacts[],
  live: readonly FileFacts[],
  { extent }: TakebackScope,
): FilePlan => {
  const chosen = (facts: readonly FileFacts[]): readonly FileFacts[] =>
    extent.kind === "whole" ? facts : facts.filter(({ path }) => extent.includes(path));
  const wanted = chosen(snapshot);
  const compared = compareFiles(chosen(live), wanted);
  const isEntry = ({ type }: { readonly type: string }): boolean => type !== "directory";
  const sizes = new Map(wanted.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const bytesOf = (files: readonly { readonly path: string }[]): number =>
    files.reduce((sum, { path }) => sum + (sizes.get(path) ?? 0), 0);
  const bytesToWrite = bytesOf(extent.kind === "whole" ? wanted : [...compared.added, ...compared.changed]);
  const differing = compared.changed.filter(({ what }) => what.includes("content") || what.includes("type"));
  return {
    written: compared.added.filter(isEntry),
    replaced: compared.changed.filter(isEntry),
    removed: compared.removed.filter(isEntry),
    same: compared.same + compared.touched,
    bytesToWrite,
    bytesFromVault: bytesOf([...compared.added, ...differing]),
  };
};
