import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Holds a state directory the way a gateway does (a lock with its process and start time), and drains for a while when
 * it is asked to stop, or until it hears SIGUSR2. Arguments: the state directory, how long it drains.
 */
const [stateDir = "", drainMs = "0"] = process.argv.slice(2);
const directory = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`);
const lock = join(directory, "gateway.state.lock");
const stat = readFileSync("/proc/self/stat", "utf8");
const startTime = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);

const end = (): void => {
  rmSync(lock);
  process.exit(0);
};
process.on("SIGTERM", () => {
  setTimeout(end, Number(drainMs));
});
process.on("SIGUSR2", end);
setInterval(() => undefined, 60_000);
// Last: whoever sees it may ask for the end at once.
mkdirSync(directory, { recursive: true });
writeFileSync(lock, JSON.stringify({ pid: process.pid, startTime, port: 1, role: "gateway" }));
