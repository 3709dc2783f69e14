import { Malformed } from "./byte-reader.ts";
import { comparePaths, parentOf, type BytePath } from "./byte-path.ts";
import type { Entry } from "./entry.ts";

/**
 * Holds a manifest to the shape of a tree: every path once, in tree order, and below nothing but directories of the same
 * manifest. A vault or bundle that somebody else made could name a link first and files below it then, and a restore
 * would write wherever that link leads.
 */
export class TreeShape {
  #last: BytePath | undefined;
  /** The directories on the way to the last entry. */
  readonly #way: BytePath[] = [];

  check({ path, node }: Pick<Entry, "path" | "node">): void {
    if (this.#last !== undefined && comparePaths(this.#last, path) >= 0) {
      throw new Malformed("the list of files is out of order");
    }
    this.#last = path;
    const parent = parentOf(path);
    while (this.#way.length > 0 && this.#way.at(-1) !== parent) this.#way.pop();
    if (parent !== "" && this.#way.length === 0) {
      throw new Malformed("the list of files has a path below something that is no directory");
    }
    if (node.type === "directory") this.#way.push(path);
  }
}
