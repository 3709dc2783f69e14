import type { HostFigures } from "../console/index.ts";

/** How the machine does on which the vault lies. What its system does not tell is absent. */
export const hostFigures = async (path: string, at: number): Promise<HostFigures> => {
  // Large, and needed on one screen alone.
  const { currentLoad, fsSize, mem } = await import("systeminformation");
  const [load, memory, disks] = await Promise.all([currentLoad(), mem(), fsSize()]);
  const disk = disks
    .filter(({ mount }) => path === mount || path.startsWith(mount.endsWith("/") ? mount : `${mount}/`))
    .toSorted((a, b) => b.mount.length - a.mount.length)[0];
  return {
    at,
    ...(Number.isFinite(load.currentLoad) ? { cpuShare: load.currentLoad / 100 } : {}),
    ...(memory.total > 0 ? { memoryFreeBytes: memory.available, memoryBytes: memory.total } : {}),
    ...(disk === undefined ? {} : { diskFreeBytes: disk.available, diskBytes: disk.size }),
  };
};
