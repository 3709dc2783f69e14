/**
 * One file of a snapshot as far as a comparison looks at it. `path` is what it is called (any string that sorts as the
 * snapshot does), `content` stands for its bytes: equal when and only when the bytes are.
 */
export type FileFacts = {
  readonly path: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly owner?: string;
  readonly mtimeNs: bigint;
  readonly content?: string;
  /** Of a link. */
  readonly target?: string;
};

export type FileAspect = "content" | "type" | "mode" | "owner" | "target";

export type FileSummary = { readonly path: string; readonly type: string; readonly size: number };

export type FileChange = {
  readonly path: string;
  readonly type: string;
  readonly what: readonly FileAspect[];
  readonly before: { readonly size: number; readonly mode: number };
  readonly after: { readonly size: number; readonly mode: number };
};

export type FilesComparison = {
  readonly added: readonly FileSummary[];
  readonly removed: readonly FileSummary[];
  readonly changed: readonly FileChange[];
  /** Written again with the same bytes: only the time is new. */
  readonly touched: number;
  readonly same: number;
  /** What the added, removed and changed ones make together. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
};

/** By code units. */
const inOrder = (left: string, right: string): number => {
  if (left === right) return 0;
  return left < right ? -1 : 1;
};

/** Both sides sorted by path, by code units, each path once: they are walked side by side and never held. */
export const compareFiles = (before: Iterable<FileFacts>, after: Iterable<FileFacts>): FilesComparison => {
  const added: FileSummary[] = [];
  const removed: FileSummary[] = [];
  const changed: FileChange[] = [];
  let touched = 0;
  let same = 0;
  let bytesBefore = 0;
  let bytesAfter = 0;
  const left = sorted(before);
  const right = sorted(after);
  let old = left.next();
  let now = right.next();
  while (old !== undefined || now !== undefined) {
    const way = old === undefined ? 1 : now === undefined ? -1 : inOrder(old.path, now.path);
    if (now === undefined || (old !== undefined && way < 0)) {
      if (old !== undefined) {
        removed.push(summaryOf(old));
        bytesBefore += old.sizeBytes;
      }
      old = left.next();
    } else if (old === undefined || way > 0) {
      added.push(summaryOf(now));
      bytesAfter += now.sizeBytes;
      now = right.next();
    } else {
      const what = aspectsOf(old, now);
      if (what.length > 0) {
        changed.push({
          path: now.path,
          type: now.type,
          what,
          before: { size: old.sizeBytes, mode: old.mode },
          after: { size: now.sizeBytes, mode: now.mode },
        });
        bytesBefore += old.sizeBytes;
        bytesAfter += now.sizeBytes;
      } else if (old.mtimeNs !== now.mtimeNs && now.type !== "directory") touched += 1;
      else same += 1;
      old = left.next();
      now = right.next();
    }
  }
  return { added, removed, changed, touched, same, bytesBefore, bytesAfter };
};

/** Out of order a walk side by side would invent changes: better to stop. */
const sorted = (files: Iterable<FileFacts>): { readonly next: () => FileFacts | undefined } => {
  const iterator = files[Symbol.iterator]();
  let previous: string | undefined;
  return {
    next: () => {
      const step = iterator.next();
      if (step.done === true) return undefined;
      if (previous !== undefined && previous >= step.value.path) {
        throw new TypeError("compareFiles: the files of a side are not sorted by path, each once");
      }
      previous = step.value.path;
      return step.value;
    },
  };
};

const aspectsOf = (old: FileFacts, now: FileFacts): readonly FileAspect[] => {
  if (old.type !== now.type) return ["type"];
  const what: FileAspect[] = [];
  if (old.content !== now.content || old.sizeBytes !== now.sizeBytes) what.push("content");
  if (old.target !== now.target) what.push("target");
  if (old.mode !== now.mode) what.push("mode");
  if (old.owner !== now.owner) what.push("owner");
  return what;
};

const summaryOf = (file: FileFacts): FileSummary => ({
  path: file.path,
  type: file.type,
  size: file.sizeBytes,
});
