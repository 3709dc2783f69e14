import { defineConfig } from "vitest/config";

/** The suite against a real OpenClaw gateway: slow to boot, and mostly waiting, so two files at a time. */
export default defineConfig({
  test: {
    environment: "node",
    env: { FORCE_COLOR: "3", CI: "" },
    reporters: ["default", "./test/support/closing-line.ts"],
    include: ["test/openclaw/**/*.test.ts"],
    maxWorkers: 2,
    // As in vitest.config.ts: a second try where nobody can look again, and the run says so.
    retry: process.env["CI"] === "true" ? 1 : 0,
    // Some boot it four times, and on a busy machine a boot takes a minute.
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});
