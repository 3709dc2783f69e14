/**
 * A fleet of gateways inside this process: the real protocol over real WebSockets on loopback, real state directories
 * in a temporary folder, and a story that unfolds the same way for the same seed. It promises that what it says over
 * the wire stands on disk, and that `stop` leaves nothing behind. It shares no code with the clients that watch it,
 * so that a mistake of theirs cannot hide behind the same mistake here.
 */
export { startDemoFleet, type DemoControl, type DemoFleet, type DemoOptions } from "./fleet.ts";
export type { DemoMark } from "./stage.ts";
