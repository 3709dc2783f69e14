/**
 * What we know and what it means: facts of gateways become a model, vitals, alerts and incidents. It promises that the
 * model is a function of the events alone (a recorded log plays again to the same model), that nothing in it grows
 * without bound, that no alert fires without evidence and that unknown is never taken for well. It draws nothing, and
 * all that touches the world lives in effects/: the rest is told the time and asks.
 */
export type { Event } from "./event.ts";
export type { Effect } from "./effect.ts";
export { startLoop, type Loop, type LoopPorts } from "./loop.ts";
export { newModel, update } from "./update.ts";
export {
  gatewayNamed,
  liveAlerts,
  type Mark,
  type Model,
  type Operation,
  type RestoreEnd,
  type VaultFacts,
} from "./model.ts";
export type {
  Boot,
  ChannelModel,
  GatewayIdentity,
  GatewayModel,
  Happening,
  SessionModel,
} from "./gateway-model.ts";
export { journalEnd, undeleting } from "./takeback/journal-operations.ts";
export type { SnapshotKind, SnapshotSummary, SnapshotVerification } from "./snapshot-summary.ts";
export { isFiring, theVault, type Alert, type Priority, type Severity } from "./alerts/alert.ts";
export { alertSettings, defaultAlertSettings, type AlertSettings } from "./alerts/settings.ts";
export { defaultPolicies, restartPolicy, snapshotPolicy, type Policies } from "./policies/settings.ts";
export type { Silence } from "./alerts/silence.ts";
export type { Incident, IncidentAlert, LastGood, TimelineEntry } from "./incidents/incident.ts";
export { mostTelling as tellingAlert } from "./incidents/telling.ts";
export { pressureOf, usageOf } from "./intake/sessions.ts";
export { isTrailName, series, trailNames, type Trail, type TrailName } from "./vitals/trail.ts";
export { freshValue, vitalNames, type Reading, type VitalName, type Vitals } from "./vitals/vital.ts";
export { numbersNow, vitalWritten } from "./vitals/snapshot-numbers.ts";
export { writeVital } from "./vitals/words.ts";
export {
  english,
  inEnglish,
  told,
  type ConnectionWords,
  type Sentence,
  type ServiceWords,
  failureOf,
  problemSaid,
  whyOf,
  type Failure,
  type ProblemWords,
  type SentenceWords,
  type TakebackWords,
  type Told,
} from "./sentences/index.ts";
export { inUnit } from "./sentences/evidence.ts";
export {
  conditionIn,
  conditionOf,
  judgedAgainAt,
  staleFor,
  type Condition,
  type ConditionSeverity,
} from "./selectors/condition.ts";
export { judgedFrom, workOn } from "./maintenance.ts";
export { isSpeechless } from "./speechless.ts";
export { fleetCounts, fleetRow, fleetRows, type FleetCounts, type FleetRow } from "./selectors/fleet-rows.ts";
export { logLevels, mergedLog, type FleetLogLine } from "./selectors/merged-log.ts";
export { timeAxis, type AxisBucket, type TimeAxis } from "./selectors/time-axis.ts";
export { encodeEvent, encodeHeader, replay, type Replay } from "./recording/recording.ts";
export { runbookOf, type RunbookPlace, type RunbookScreen, type RunbookStep } from "./incidents/runbook.ts";
export { incidentMarkdown, incidentReport, type IncidentReport } from "./incidents/report.ts";
export { ruleRows, type RuleRow } from "./selectors/rule-list.ts";
export { readPrometheusRules } from "./alerts/read-prometheus-rules.ts";
export type { Import } from "./alerts/prometheus-import.ts";
export { prometheusMetrics, type PrometheusMetric } from "./alerts/prometheus-names.ts";
export { catalogue } from "./alerts/catalogue.ts";
export { restoreCounts } from "./selectors/restore-counts.ts";
export type { PreflightItem, RestorePlan, SchemaStep, SessionLoss } from "./takeback/restore-plan.ts";
export { stopsOf } from "./takeback/restore-plan.ts";
export { restoreSteps, type RestoreEvent, type RestoreStep } from "./takeback/restore-event.ts";
export type { Recovery, RecoveryCheck } from "./takeback/verify-recovery.ts";
export type { BranchTip, PathEntry, Way } from "./takeback/rewind-target.ts";
