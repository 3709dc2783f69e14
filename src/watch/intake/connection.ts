import type { ConnectionReport } from "../../clients/index.ts";
import { asTold, type Sentence } from "../sentences/index.ts";

/** What a connection is, and why: the values of every sentence about one. */
export const saidOf = ({
  state,
  evidence,
  said,
}: ConnectionReport): { readonly state: string; readonly because: Sentence } => ({
  state: state.kind,
  because: said ?? asTold(evidence),
});
