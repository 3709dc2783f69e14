/**
 * How a gateway is stopped, started and asked about through whoever supervises it. A stop may drain for minutes: it is
 * watched, told step by step, and can be left; nothing is killed before the budget for draining is over or a person said
 * not to wait any longer, and then only when the caller said so. Each answer carries what was seen. What counts as stopped is that the supervisor says so
 * *and* that nobody holds the state directory; a supervisor that starts it again at once is found out, not believed.
 */
export { driven } from "./drive.ts";
export { serviceOf } from "./service-of.ts";
export type {
  Service,
  ServiceEvent,
  ServiceResult,
  ServiceStatus,
  StartOptions,
  StopOptions,
  Supervisor,
} from "./service.ts";
export { runCommand, wordsOf } from "./run-command.ts";
