import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "rolldown";
import type { Bench, Figure } from "../bench.ts";

/**
 * The gateways live in a process of their own and are not counted. What is measured runs as it is shipped, from a
 * bundle: Node's stripping of types alone would cost 40 MB.
 */
export const fleetBench: Bench = {
  title: "500 gateways at 10 events a second, 200 after a blink of the network, and the first data of one",
  run: async function* () {
    const directory = await mkdtemp(join(tmpdir(), "clawback-bench-"));
    try {
      const outfile = join(directory, "measure.mjs");
      await build({
        input: join(import.meta.dirname, "measure.ts"),
        platform: "node",
        transform: { target: "node24" },
        output: { file: outfile, codeSplitting: false },
      });
      const child = spawn(process.execPath, [outfile, join(import.meta.dirname, "peer.child.ts")], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      for await (const line of createInterface(child.stdout)) yield JSON.parse(line) as Figure;
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`the measuring process ended with ${code}`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
