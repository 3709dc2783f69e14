/**
 * How alerts reach people who are not looking: programs and webhooks. It promises that none can hold up the watch,
 * that each ends in time, and that a failure is told. Which alerts are worth telling is decided by the rules.
 */
export { openOutputs, tryOutputs, type Outputs, type OutputTrial } from "./outputs.ts";
export type { Announcement } from "./message.ts";
