import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * What watching a fleet costs: 500 gateways at 10 events a second each, then a blink of the network for 200 of them,
 * then the first picture of a single one. Run with `node test/bench/fleet/fleet.ts [gateways] [seconds]`.
 *
 * The gateways live in a process of their own and are not counted. What is measured runs as it is shipped, from a
 * bundle: Node's stripping of types alone would cost 40 MB.
 */
const directory = await mkdtemp(join(tmpdir(), "clawback-bench-"));
const outfile = join(directory, "measure.mjs");
try {
  await build({
    entryPoints: [join(import.meta.dirname, "measure.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: {
      js: `import { createRequire as __from } from "node:module"; const require = __from(import.meta.url);`,
    },
    logLevel: "warning",
  });
  const peer = join(import.meta.dirname, "peer.child.ts");
  const run = spawn(process.execPath, [outfile, peer, ...process.argv.slice(2)], { stdio: "inherit" });
  const [code]: unknown[] = await once(run, "exit");
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
