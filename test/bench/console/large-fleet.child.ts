import { startDemoFleet } from "../../../src/demo/index.ts";

/** The large fleet lives in a process of its own, so that what it costs is not counted to the console. */
export type LargeFleet = readonly {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly stateDir: string;
  readonly labels: readonly string[];
}[];

const [gateways = "50", logLinesPerSecond = "100"] = process.argv.slice(2);
const fleet = await startDemoFleet({
  gateways: Number(gateways),
  logLinesPerSecond: Number(logLinesPerSecond),
  scenario: "healthy",
});
process.send?.(fleet.gateways);
// Whoever began this has ended, or wants it to end.
process.once("disconnect", () => {
  void fleet.stop();
});
