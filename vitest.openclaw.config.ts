import { defineConfig } from "vitest/config";

/** The suite against a real OpenClaw gateway: slow to boot, so one file at a time on one worker. */
export default defineConfig({
  test: {
    environment: "node",
    env: { FORCE_COLOR: "3", CI: "" },
    reporters: ["default", "./test/support/closing-line.ts"],
    include: ["test/openclaw/**/*.test.ts"],
    maxWorkers: 1,
    // The soak measures the heap after a collection.
    execArgv: ["--expose-gc"],
    fileParallelism: false,
    // As in vitest.config.ts: a second try where nobody can look again, and the run says so.
    retry: process.env["CI"] === "true" ? 1 : 0,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
