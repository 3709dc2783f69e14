import type { FileFacts } from "../compare/index.ts";
import { pathText } from "../manifest/byte-path.ts";
import { contentSize, type Entry, type Node } from "../manifest/entry.ts";

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
