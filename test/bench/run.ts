import { parseArgs } from "node:util";
import type { Bench } from "./bench.ts";

/**
 * `npm run bench` measures what the project promises and prints it beside the bar. `npm run bench -- console` runs one
 * by name, `--list` names them. Each is loaded only when it runs. Ends with 1 when a bar is missed.
 */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  terminal: async () => (await import("./console/terminal.bench.ts")).terminalBench,
  console: async () => (await import("./console/console.bench.ts")).consoleBench,
  rows: async () => (await import("./console/rows.bench.ts")).rowsBench,
  screens: async () => (await import("./console/screens.bench.ts")).screensBench,
  fleet: async () => (await import("./fleet/fleet.bench.ts")).fleetBench,
  update: async () => (await import("./watch/update.bench.ts")).updateBench,
  restore: async () => (await import("./vault/restore.bench.ts")).restoreBench,
  files: async () => (await import("./vault/files.bench.ts")).filesBench,
  history: async () => (await import("./watch/history.bench.ts")).historyBench,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean" }, json: { type: "boolean" } },
});

const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
let missed = 0;
for (const name of wanted) {
  const load = benches[name];
  if (load === undefined) {
    process.stderr.write(`no bench "${name}"; there are: ${Object.keys(benches).join(", ")}\n`);
    process.exit(2);
  }
  const bench = await load();
  process.stdout.write(`${name}: ${bench.title}\n`);
  if (values.list === true) continue;
  for await (const figure of bench.run()) {
    const { what, value, unit, bar } = figure;
    const isMet = bar === undefined || value <= bar;
    if (!isMet) missed += 1;
    const verdict = bar === undefined ? "" : `${isMet ? "within" : "MISSES"} ${bar} ${unit}`;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ bench: name, ...figure })}\n`
        : `  ${what.padEnd(52)} ${value.toLocaleString("en-US", { maximumFractionDigits: 1 }).padStart(12)} ${unit.padEnd(7)} ${verdict}\n`,
    );
  }
}
process.exitCode = missed > 0 ? 1 : 0;
