import { idHex } from "../chunk/chunk-id.ts";
import type { FileFacts } from "../compare/index.ts";
import { pathText } from "../manifest/byte-path.ts";
import { contentSize, idBytes, type Entry, type IdList, type Node } from "../manifest/entry.ts";
import { decodeSegment } from "../manifest/segment.ts";
import type { ChunkReader } from "./chunk-reader.ts";

/** The files of a snapshot, without those in segments whose ids are among `except`: what these hold, the other has too. */
export const factsIn = async (
  reader: ChunkReader,
  tree: IdList,
  except: Uint8Array = new Uint8Array(),
): Promise<FileFacts[]> => {
  const left = new Set<string>();
  for (let at = 0; at < except.length; at += idBytes) left.add(idHex(except, at));
  const ids = await reader.ids(tree);
  const facts: FileFacts[] = [];
  for (let at = 0; at < ids.length; at += idBytes) {
    if (left.has(idHex(ids, at))) continue;
    for (const entry of decodeSegment(await reader.checked(ids, at))) facts.push(factsOf(entry));
  }
  return facts;
};

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
