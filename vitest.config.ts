import { defineConfig } from "vitest/config";
import { convertInkTable } from "./scripts/ink-table.ts";

export default defineConfig({
  resolve: { alias: { "ink-table": await convertInkTable() } },
  test: {
    environment: "node",
    // Colour bugs hide where nothing is coloured; and CI in the environment makes Ink paint nothing.
    env: { FORCE_COLOR: "3", CI: "" },
    reporters: ["default", "./test/support/closing-line.ts"],
    testTimeout: 30_000,
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/openclaw/**"],
  },
});
