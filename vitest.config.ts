import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { convertInkTable } from "./scripts/ink-table.ts";

export default defineConfig({
  resolve: { alias: { "ink-table": await convertInkTable() } },
  test: {
    environment: "node",
    // Colour bugs hide where nothing is coloured; and CI in the environment makes Ink paint nothing.
    env: { FORCE_COLOR: "3", CI: "" },
    reporters: ["default", "./test/support/closing-line.ts"],
    // Real terminals, processes and sockets on a machine that is busy with others: where nobody can look again, a test
    // gets a second try, and the run says that it took one.
    retry: process.env["CI"] === "true" ? 1 : 0,
    // One per core, where one is left free otherwise: half of the long ones wait for a program most of the time.
    maxWorkers: Math.max(2, availableParallelism()),
    // A test that waits longer than its wait allows says what it saw; these only end one that hangs, and a machine that
    // is busy with others may take five times as long as one that is not.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/openclaw/**"],
  },
});
