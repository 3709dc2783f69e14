/**
 * How a person names a snapshot, and which one that is: complete ids, names, `latest`, `latest~2`, `last-good`, the
 * beginning of an id, a time. Pure: it is told the candidates. It never takes one snapshot for another: a complete id
 * means that snapshot or none, and several matches are listed rather than chosen from.
 */
export { compareIds, inOrderOfIds, parseSnapshotId, snapshotIdOf } from "./snapshot-id.ts";
export { nameRefusal, parseRef, type Ref } from "./parse-ref.ts";
export { refProblem, resolveRef, type RefAnswer, type RefCandidate, type RefOptions } from "./resolve-ref.ts";
