import { bytePath, pathOfText, type BytePath } from "../manifest/byte-path.ts";
import type { SourceRoot } from "../source/plan.ts";

/** Where files of a snapshot are written, and where they may lie already. */
export type Places = {
  readonly target: string;
  readonly present: readonly SourceRoot[];
};

/** A place for each path, made when it is its turn: of thousands of files it is as long again as the path. */
export type Placing = {
  readonly at: (path: BytePath) => BytePath;
  readonly presentAt: (path: BytePath) => BytePath | undefined;
};

/** A root that is present under a name of its own may be a file. */
export const placing = ({ target, present }: Places): Placing => {
  const root = pathOfText(target);
  const state = present.find(({ prefix }) => prefix === "");
  const others = new Map(
    present.filter(({ prefix }) => prefix !== "").map((each) => [pathOfText(each.prefix), each]),
  );
  return {
    at: (path) => bytePath(`${root}/${path}`),
    presentAt: (path) => {
      const slash = path.indexOf("/");
      const other = others.get(slash === -1 ? path : bytePath(path.slice(0, slash)));
      if (other !== undefined)
        return bytePath(`${pathOfText(other.path)}${slash === -1 ? "" : path.slice(slash)}`);
      return state === undefined ? undefined : bytePath(`${pathOfText(state.path)}/${path}`);
    },
  };
};
