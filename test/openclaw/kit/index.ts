/**
 * A real OpenClaw gateway for tests: the published package, started in a home of its own, with a model provider and
 * (on demand) a Telegram API that do what the test tells them. It promises that every gateway has its own ports, log
 * and state, that a wait which fails prints what the gateway last said, and that nothing it started outlives the test
 * process, however that ends. It shares no code with src: the peer must not inherit our mistakes.
 *
 * A gateway takes 10 to 25 seconds to boot, so share one per test file:
 *
 *   const gateway = await startGateway();
 *   afterAll(() => gateway[Symbol.asyncDispose]());
 */
export type { AdminConnection } from "./admin.ts";
export { createGateway, type RealGateway, startGateway } from "./gateway.ts";
export { findOpenClaw, versions } from "./install.ts";
export { until } from "./until.ts";
