import type { Bench } from "../bench.ts";
import { buildFixture } from "../../support/terminal/fixture-program.ts";
import { measureConsole } from "./measure.ts";

export const terminalBench: Bench = {
  title: "the terminal layer alone, under a small dashboard",
  run: async function* () {
    yield* measureConsole({
      command: [process.execPath, await buildFixture()],
      ready: "ready",
      busy: { FIXTURE_HZ: "10" },
      quiet: { FIXTURE_HZ: "0" },
      keys: ["j", "k"],
      quitKey: "q",
    });
  },
};
