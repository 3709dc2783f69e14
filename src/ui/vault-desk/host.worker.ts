import { parentPort, workerData } from "node:worker_threads";
import { currentLoad, fsSize, mem } from "systeminformation";
import type { HostFigures } from "../console/index.ts";

/** What this thread is asked is how the machine does now: it asks programs of its system, and waits for each. */
const path = String(workerData);

const figures = async (): Promise<Omit<HostFigures, "at">> => {
  const [load, memory, disks] = await Promise.all([currentLoad(), mem(), fsSize()]);
  const disk = disks
    .filter(({ mount }) => path === mount || path.startsWith(mount.endsWith("/") ? mount : `${mount}/`))
    .toSorted((a, b) => b.mount.length - a.mount.length)[0];
  return {
    ...(Number.isFinite(load.currentLoad) ? { cpuShare: load.currentLoad / 100 } : {}),
    ...(memory.total > 0 ? { memoryFreeBytes: memory.available, memoryBytes: memory.total } : {}),
    ...(disk === undefined ? {} : { diskFreeBytes: disk.available, diskBytes: disk.size }),
  };
};

const port = parentPort;
if (port === null) throw new Error("this file runs as a thread");
port.on("message", () => {
  void figures().then((answer) => {
    port.postMessage(answer);
  });
});
