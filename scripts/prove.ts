import { spawnSync } from "node:child_process";

/**
 * The proofs of the vault at full length, of which the suite runs a few rounds: a process killed at hundreds of random
 * instants, every byte of a vault flipped, hundreds of hostile trees. A number on the command line is for how many.
 */
const rounds = process.argv[2] ?? "300";
const { status } = spawnSync(
  "vitest",
  [
    "run",
    "test/core/save/processes.test.ts",
    "test/core/verify/damage.test.ts",
    "test/core/restore/round-trip.test.ts",
  ],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      CLAWBACK_KILLS: rounds,
      CLAWBACK_ROUNDS: rounds,
      CLAWBACK_FLIP_STRIDE: "1",
    },
  },
);
process.exitCode = status ?? 1;
