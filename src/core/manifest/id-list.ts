import { isHole } from "../chunk/chunk-id.ts";
import { idBytes, type IdList } from "./entry.ts";

/**
 * Lists of ids longer than this become nodes: chunks that hold ids. A node ends after an id whose first byte is 0, so
 * that an insertion moves only the node it falls into; the bounds keep nodes from being tiny or huge. Holes are ids of
 * zeros and end none: a file of many would come to more small nodes than its entry has room for.
 */
const inlineIds = 24;
const minNodeIds = 32;
const maxNodeIds = 1024;

export type StoreNode = (node: Uint8Array) => Uint8Array;

/** `store` keeps a node and gives its id. */
export const packIds = (ids: Uint8Array, store: StoreNode): IdList => {
  const count = ids.length / idBytes;
  if (count <= inlineIds) return { kind: "inline", ids };
  const nodes: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < count; at += 1) {
    const inNode = at - start + 1;
    const last = at === count - 1;
    if (!last && inNode < maxNodeIds && (inNode < minNodeIds || !mayEndAt(ids, at * idBytes))) continue;
    nodes.push(store(ids.subarray(start * idBytes, (at + 1) * idBytes)));
    start = at + 1;
  }
  return { kind: "nodes", ids: joinBytes(nodes) };
};

const mayEndAt = (ids: Uint8Array, at: number): boolean => ids[at] === 0 && !isHole(ids, at);

export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
