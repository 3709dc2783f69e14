import { readdirSync, type Dirent } from "node:fs";
import { bytePath, type BytePath } from "../manifest/byte-path.ts";
import type { Reach } from "../source/reach.ts";

/** Names are bytes, whatever they look like, and may lie deeper than a path is long. */
export const entriesIn = (
  reach: Reach,
  top: BytePath,
  path: BytePath,
): readonly { inner: BytePath; entry: Dirent }[] =>
  readdirSync(reach.at(path === "" ? top : bytePath(`${top}/${path}`)), {
    withFileTypes: true,
    encoding: "latin1",
  }).map((entry) => ({ entry, inner: bytePath(path === "" ? entry.name : `${path}/${entry.name}`) }));
