import { Malformed } from "./byte-reader.ts";
import { comparePaths, parentOf, type BytePath } from "./byte-path.ts";
import type { EntryType } from "./entry.ts";

/**
 * Holds a manifest to the shape of a tree: every path once, in tree order, and below nothing but directories of the same
 * manifest. A vault or bundle that somebody else made could name a link first and files below it then, and a restore
 * would write wherever that link leads.
 */
export class TreeShape {
  #last: { readonly path: BytePath; readonly parent: BytePath } | undefined;
  /** The directories on the way to the last entry. */
  readonly #way: BytePath[] = [];

  check(path: BytePath, type: EntryType): void {
    const parent = parentOf(path);
    const last = this.#last;
    // Names in one directory are compared as text: letter by letter it would take as long as to read the entry.
    if (
      last !== undefined &&
      !(last.parent === parent ? last.path < path : comparePaths(last.path, path) < 0)
    ) {
      throw new Malformed("the list of files is out of order");
    }
    this.#last = { path, parent };
    while (this.#way.length > 0 && this.#way.at(-1) !== parent) this.#way.pop();
    if (parent !== "" && this.#way.length === 0) {
      throw new Malformed("the list of files has a path below something that is no directory");
    }
    if (type === "directory") this.#way.push(path);
  }
}
