import type { ConnectionState } from "../clients/index.ts";

/** Nothing can be asked of a gateway in these states, and what lies on its disk is all there is. */
export const isSpeechless = ({ kind }: ConnectionState): boolean => speechless.has(kind);

const speechless: ReadonlySet<ConnectionState["kind"]> = new Set([
  "down",
  "frozen",
  "crashed",
  "crash-loop",
  "half-open",
  "unauthorised",
  "incompatible",
  "pairing",
  "under-scoped",
]);
