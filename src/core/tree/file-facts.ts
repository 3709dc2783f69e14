import { idHex } from "../chunk/chunk-id.ts";
import type { FileFacts } from "../compare/index.ts";
import { pathText } from "../manifest/byte-path.ts";
import { contentSize, idBytes, type Entry, type IdList, type Node } from "../manifest/entry.ts";
import { decodeSegment } from "../manifest/segment.ts";
import type { ChunkReader } from "./chunk-reader.ts";

/**
 * The files of snapshots, one snapshot after the other. Two that are compared share most of their segments: what the last
 * one was made of is not read and taken apart again.
 */
export class FactsReader {
  #known: ReadonlyMap<string, readonly FileFacts[]> = new Map();

  async read(reader: ChunkReader, tree: IdList): Promise<FileFacts[]> {
    const ids = await reader.ids(tree);
    const segments = new Map<string, readonly FileFacts[]>();
    for (let at = 0; at < ids.length; at += idBytes) {
      const id = idHex(ids, at);
      segments.set(
        id,
        this.#known.get(id) ?? decodeSegment(await reader.checked(ids, at)).map((entry) => factsOf(entry)),
      );
    }
    this.#known = segments;
    return [...segments.values()].flat();
  }
}

/** An entry as a comparison looks at it. */
export const factsOf = (entry: Entry): FileFacts => {
  const { node } = entry;
  const content = contentOf(node);
  return {
    path: pathText(entry.path),
    type: node.type,
    sizeBytes: contentSize(entry),
    mode: entry.mode,
    owner: `${entry.uid}:${entry.gid}`,
    mtimeNs: entry.mtimeNs,
    ...(content === undefined ? {} : { content }),
    ...(node.type === "symlink" || node.type === "hardlink" ? { target: pathText(node.target) } : {}),
  };
};

/** Equal lists of ids are equal bytes; the lists of long files are ids of lists. */
const contentOf = (node: Node): string | undefined =>
  node.type === "file"
    ? `${node.content.layout} ${Buffer.from(node.content.list.ids).toString("base64")}`
    : undefined;
