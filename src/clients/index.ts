/**
 * How clawback speaks to the outside: gateways over WebSocket and HTTP, the services that run them, their logs, and where
 * on this machine they are found. It promises facts with their time and their source, refuses what it cannot trust, and
 * holds no opinion: what a fact means is decided in watch. The wire is described in PROTOCOL.md.
 */
export type * from "./facts.ts";
export type * from "./settings.ts";
export { type GatewayWatch, watchGateway } from "./gateway/watch.ts";
export type { GatewayPorts } from "./gateway/ports.ts";
export type { WatchCost } from "./gateway/cost.ts";
export { actOnGateway, type GatewayAction } from "./gateway/act.ts";
export { readSecret, type Secret } from "./identity/secret.ts";
export * from "./logs/index.ts";
export * from "./probes/index.ts";
export * from "./services/index.ts";
export * from "./discovery/index.ts";
