import type { Finding } from "../findings.ts";
import { pathText, type BytePath } from "../manifest/byte-path.ts";
import type { ReadJob, ReadResult } from "./chunk-file.ts";
import type { Sorted } from "./classify.ts";
import type { Resolution } from "./read-database.ts";
import { readFiles } from "./read-files.ts";

export type Names = {
  readonly sorted: readonly Sorted[];
  readonly files: ReadonlyMap<Sorted, ReadResult>;
  readonly resolutions: ReadonlyMap<Sorted, Resolution>;
  readonly findings: readonly Finding[];
};

/**
 * Of a file with several names the first brings the content. Where that one went before it was read, as a temporary name
 * does that was linked to its real one, or could not be read, the next name has to bring it: a snapshot must not name a
 * file that it does not hold. Those of a database that could not be captured go with it.
 */
export const withSecondNames = async (
  found: Omit<Names, "findings">,
  read: (jobs: readonly ReadJob[]) => Promise<readonly ReadResult[]>,
): Promise<Names> => {
  const sorted = [...found.sorted];
  const files = new Map(found.files);
  const resolutions = new Map(found.resolutions);
  const findings: Finding[] = [];
  for (;;) {
    const lost = new Map<BytePath, "unread" | "dropped">();
    for (const each of sorted) {
      if (resolutions.get(each)?.kind === "dropped") lost.set(each.item.path, "dropped");
      else if (each.what.kind === "to-read" && !resolutions.has(each) && files.get(each)?.kind !== "read")
        lost.set(each.item.path, "unread");
    }
    /** The names that bring the content now, by the first ones that did not. */
    const next = new Map<BytePath, Sorted>();
    for (const [at, each] of sorted.entries()) {
      const target = targetOf(each);
      const loss = target === undefined ? undefined : lost.get(target);
      if (target === undefined || loss === undefined || resolutions.has(each)) continue;
      const first = next.get(target);
      if (loss === "dropped") {
        resolutions.set(each, { kind: "dropped" });
        findings.push(droppedToo(each, target));
      } else if (first !== undefined) sorted[at] = asNameOf(each, first);
      else {
        const own: Sorted = { ...each, what: { kind: "to-read" } };
        sorted[at] = own;
        next.set(target, own);
      }
    }
    if (next.size === 0) return { sorted, files, resolutions, findings };
    for (const [each, result] of await readFiles([...next.values()], read)) files.set(each, result);
  }
};

const targetOf = ({ what }: Sorted): BytePath | undefined =>
  what.kind === "node" && what.node.type === "hardlink" ? what.node.target : undefined;

const asNameOf = (each: Sorted, { item }: Sorted): Sorted => ({
  ...each,
  what: {
    kind: "node",
    node: { type: "hardlink", target: item.path, sizeBytes: item.stat.sizeBytes },
  },
});

const droppedToo = ({ item }: Sorted, target: BytePath): Finding => ({
  code: "DATABASE_NOT_CAPTURED",
  path: pathText(item.path),
  message: `${pathText(item.path)} is not in the snapshot: it is another name of ${pathText(target)}, which is not.`,
  hint: "What is said of that one holds for this one too.",
});
