/**
 * Parts of Node that only some operations need, each loaded by the first that does: to have them ready takes a command
 * longer than most of what it does.
 */
export const childProcesses = () => process.getBuiltinModule("node:child_process");
export const streams = () => process.getBuiltinModule("node:stream");
export const workerThreads = () => process.getBuiltinModule("node:worker_threads");
export const sqlite = () => process.getBuiltinModule("node:sqlite");
export const zlib = () => process.getBuiltinModule("node:zlib");
