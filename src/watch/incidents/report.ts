import { age, clockTime, moment } from "../../ground/index.ts";
import type { Incident } from "./incident.ts";
import { runbookOf, type RunbookStep } from "./runbook.ts";

/** An incident as data for the post-mortem. Fields are added, never renamed. */
export type IncidentReport = {
  readonly id: string;
  readonly title: string;
  readonly kind: Incident["kind"];
  readonly priority: Incident["priority"];
  readonly priorityReason: string;
  readonly state: Incident["state"];
  readonly onset: Incident["onset"];
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  readonly durationMs: number;
  readonly suspect: string | null;
  readonly gateways: Incident["gateways"];
  readonly alerts: Incident["alerts"];
  readonly lastGood: Incident["lastGood"];
  readonly timeline: Incident["timeline"];
  readonly runbook: readonly RunbookStep[];
  readonly notes: Incident["notes"];
};

export const incidentReport = (incident: Incident, now: number): IncidentReport => ({
  id: incident.id,
  title: incident.title,
  kind: incident.kind,
  priority: incident.priority,
  priorityReason: incident.priorityReason,
  state: incident.state,
  onset: incident.onset,
  openedAt: incident.openedAt,
  resolvedAt: incident.resolvedAt ?? null,
  durationMs: Math.max(0, (incident.resolvedAt ?? now) - incident.onset.at),
  suspect: incident.suspect ?? null,
  gateways: incident.gateways,
  alerts: incident.alerts,
  lastGood: incident.lastGood,
  timeline: incident.timeline,
  runbook: runbookOf(incident),
  notes: incident.notes,
});

/** The same for people, in Markdown. Words from gateways cannot become markup. */
export const incidentMarkdown = (incident: Incident, now: number): string => {
  const report = incidentReport(incident, now);
  const ended = report.resolvedAt === null ? "still open" : `resolved ${moment(report.resolvedAt)}`;
  const lines = [
    `# ${plain(report.priority)} ${plain(report.title)}`,
    "",
    `Incident ${report.id}, ${ended}, ${age(report.durationMs)} from its onset.`,
    "",
    `- **Began** ${moment(report.onset.at)}: ${plain(report.onset.reason)}`,
    `- **Noticed** ${moment(report.openedAt)}, ${age(Math.max(0, report.openedAt - report.onset.at))} later`,
    `- **Priority** ${plain(report.priorityReason)}`,
    ...(report.suspect === null ? [] : [`- **Changed before** ${plain(report.suspect)}`]),
    `- **Gateways** ${plain(listed(report.gateways))}`,
    ...(report.lastGood.length === 0 ? ["- **Last good** none known"] : []),
    ...report.lastGood
      .slice(0, 20)
      .map(
        (good) =>
          `- **Last good** of ${plain(good.gateway)}: ${plain(good.snapshot)} (${plain(good.reasons.join("; "))})`,
      ),
    "",
    "## Alerts",
    "",
    "| fired | resolved | P | gateway | rule | about | evidence |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...report.alerts.map(
      (alert) =>
        `| ${clockTime(alert.firedAt)} | ${alert.resolvedAt === undefined ? "" : clockTime(alert.resolvedAt)} | ${alert.priority} | ${plain(alert.gateway)} | ${plain(alert.rule)} | ${plain(alert.subject ?? "")} | ${plain(alert.evidence)} |`,
    ),
    "",
    "## Timeline",
    "",
    ...report.timeline.map(
      (entry) =>
        `- ${moment(entry.at)} ${entry.gateway === undefined ? "" : `**${plain(entry.gateway)}** `}${plain(entry.text)}`,
    ),
    "",
    "## Runbook",
    "",
    ...report.runbook.map(
      (step) =>
        `- [${step.done === undefined ? " " : "x"}] ${plain(step.text)}: ${step.way.kind === "command" ? code(step.way.command) : `the ${step.way.screen} screen`}${step.done === undefined ? "" : ` (${plain(step.done.by)}, ${clockTime(step.done.at)})`}`,
    ),
    ...(report.notes.length === 0 ? [] : ["", "## Notes", ""]),
    ...report.notes.map((note) => `- ${moment(note.at)} ${plain(note.by)}: ${plain(note.text)}`),
  ];
  return `${lines.join("\n")}\n`;
};

const listed = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;

/** One line, and no character that Markdown or HTML would act on. */
const plain = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|!~&]/g, (character) => `\\${character}`);

/** As code, with a fence longer than any run of backticks in it. */
const code = (text: string): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
};
