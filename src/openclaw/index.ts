/**
 * What a gateway's state directory looks like, for those that take it, compare it, put it back or watch it: where things
 * are, what belongs in a snapshot, what the configuration says, which sessions there are and who owns the directory.
 *
 * It only reads, briefly, and leaves no mark: it works on the live directory while the gateway writes, on a restored copy
 * and on single database files. What cannot be read is a finding beside the rest, a number that is not known is absent,
 * and what was said in a conversation is never read. It opens no sockets and knows nothing of snapshots.
 */
export {
  classesOf,
  stateSubjects,
  type ClassOptions,
  type StateClass,
  type StateSubject,
} from "./layout/classes.ts";
export {
  exclusionOf,
  isInInnerWorkspace,
  type Exclusion,
  type ExclusionOptions,
} from "./layout/exclusions.ts";
export {
  agentOfDatabase,
  companionOf,
  isMeantBy,
  isSqliteHeader,
  leaseTables,
  logsOf,
  pathColumns,
  sqliteHeaderBytes,
  type Companion,
} from "./layout/databases.ts";
export { isWithin, stateRoots, type StateRoot, type StateRoots } from "./layout/roots.ts";
export { profileOfDirectory, statePlace, type Environment, type StatePlace } from "./location.ts";
export { isJsonObject, textAt, valueAt, type Json } from "./json.ts";
export { parseConfigText, readConfig, type ConfigReading } from "./config/read.ts";
export { fingerprint, redactText, redactValue } from "./config/redact.ts";
export { redactLine, redactSecretLine, secretTexts } from "./config/redact-file.ts";
export { configuredChannels } from "./config/channels.ts";
export { gatewayAddress, type GatewayAddress, type GatewaySecret } from "./config/gateway.ts";
export type { StateFinding, StateFindingCode } from "./finding.ts";
export { isReadOfState, readState, type StateReading, type StateReadOptions } from "./state/read.ts";
export { readAgentDatabase, type AgentDatabase } from "./state/agent-database.ts";
export { countRows } from "./state/counts.ts";
export { deletedArchives, type DeletedArchive } from "./state/deleted-archives.ts";
export { pressureOf, usageOf } from "./state/sessions.ts";
export type { DatabaseAnswer } from "./sqlite/open.ts";
export type { StateVitals } from "./state/vitals.ts";
export type * from "./state/records.ts";
export { findOwner, type Owner, type PortProbe } from "./owner/owner.ts";
export { processState, type ProcessState } from "./owner/process.ts";
