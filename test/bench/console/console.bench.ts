import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { measureConsole } from "./measure.ts";

const program = join(import.meta.dirname, "../../../bin/clawback.cjs");

export const consoleBench: Bench = {
  title: "the built console on the demo fleet",
  run: () =>
    measureConsole({
      command: [process.execPath, program, "demo"],
      ready: "STATE",
      busy: {},
      // A fleet that lives is never quiet; the layer below is measured idle by itself.
      quiet: undefined,
      keys: ["j", "k"],
      quitKey: "q",
    }),
};
