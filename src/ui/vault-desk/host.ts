import { statfs } from "node:fs/promises";
import type { HostFigures } from "../console/index.ts";

/**
 * How the machine does on which the vault lies. What its system does not tell is absent. The disk is asked for itself:
 * systeminformation starts programs for it and waits for them, a tenth of a second in which nobody would answer a key.
 */
export const hostFigures = async (path: string, at: number): Promise<HostFigures> => {
  // Large, and needed on one screen alone.
  const { currentLoad, mem } = await import("systeminformation");
  const [load, memory, disk] = await Promise.all([currentLoad(), mem(), statfs(path).catch(() => undefined)]);
  return {
    at,
    ...(Number.isFinite(load.currentLoad) ? { cpuShare: load.currentLoad / 100 } : {}),
    ...(memory.total > 0 ? { memoryFreeBytes: memory.available, memoryBytes: memory.total } : {}),
    ...(disk === undefined
      ? {}
      : { diskFreeBytes: disk.bavail * disk.bsize, diskBytes: disk.blocks * disk.bsize }),
  };
};
