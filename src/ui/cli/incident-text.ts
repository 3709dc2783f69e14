import { age, clockTime, counted, harmlessLine, moment } from "../../ground/index.ts";
import { wrapped } from "./wrapped.ts";
import {
  runbookOf,
  tellingAlert,
  type Incident,
  type IncidentAlert,
  type RunbookStep,
} from "../../watch/index.ts";

/** Where the words of a field begin. */
const margin = 13;
/** Beyond this nobody reads on at 3 a.m.; `incident report` has the rest. */
const othersTold = 3;

/**
 * An incident on one screen of 80 by 24: what it is, since when, how one knows, what changed before, what one can go
 * back to, what to do now, and the steps that follow.
 */
export const incidentText = (
  incident: Incident,
  now: number,
  size: { readonly columns: number; readonly rows: number },
): string => {
  const width = Math.max(40, size.columns);
  const told = tellingAlert(incident);
  const field = (name: string, text: string): readonly string[] => fieldLines(name, text, width);
  const head = [
    `${signOf(incident)} ${incident.priority} ${incident.title}`.slice(0, width),
    ...field("incident", `${incident.id}, ${stateOf(incident, now)}`),
    ...field("began", `${moment(incident.onset.at)}: ${incident.onset.reason}`),
    ...field(
      "noticed",
      `${age(Math.max(0, incident.openedAt - incident.onset.at))} later; ${incident.priorityReason}`,
    ),
    ...(told === undefined ? [] : field("evidence", told.evidence)),
    ...othersOf(incident, told, field),
    ...(incident.suspect === undefined ? [] : field("changed", incident.suspect)),
    ...lastGoodOf(incident, field),
    ...(told === undefined ? [] : commandLines("next", told.next, width)),
  ];
  const steps = runbookOf(incident);
  const tail = stepLines(steps, incident.id, width, Math.max(4, size.rows - head.length - 2));
  return `${[...head, ...tail].join("\n")}\n`;
};

const signOf = ({ state, priority }: Incident): string =>
  state === "resolved" ? "✅" : priority <= "P1" ? "❌" : "⚠️";

const stateOf = ({ state, onset, resolvedAt }: Incident, now: number): string =>
  state === "open"
    ? `open, ${age(now - onset.at)} since it began`
    : `resolved ${moment(resolvedAt ?? now)}, ${age((resolvedAt ?? now) - onset.at)} long`;

type FieldLines = (name: string, text: string) => readonly string[];

/** What fires beside it: one line, since the telling one has said what is wrong. */
const othersOf = (
  incident: Incident,
  told: IncidentAlert | undefined,
  field: FieldLines,
): readonly string[] => {
  const rules = new Map<string, Set<string>>();
  for (const alert of incident.alerts) {
    if (alert === told) continue;
    rules.set(alert.rule, (rules.get(alert.rule) ?? new Set()).add(alert.gateway));
  }
  if (rules.size === 0 && incident.gateways.length < 2) return [];
  const words = [...rules]
    .slice(0, othersTold)
    .map(([rule, gateways]) => (gateways.size > 1 ? `${rule} (${gateways.size} gateways)` : rule));
  const more = rules.size > othersTold ? [counted(rules.size - othersTold, "more rule")] : [];
  return field("also", [...words, ...more].join(", "));
};

const lastGoodOf = ({ lastGood }: Incident, field: FieldLines): readonly string[] => {
  const [first, ...others] = lastGood;
  if (first === undefined) return field("last good", "no healthy snapshot from before it is known");
  const more = others.length === 0 ? "" : ` (and of ${counted(others.length, "more gateway")})`;
  return field("last good", `${first.snapshot} of ${first.gateway}: ${first.reasons.join(", ")}${more}`);
};

/** As many steps as fit, the ones still to do before those done; what is left out is counted. */
const stepLines = (
  steps: readonly RunbookStep[],
  incident: string,
  width: number,
  rows: number,
): readonly string[] => {
  const lines: string[] = [];
  const waiting = steps.filter(({ done }) => done === undefined);
  const done = steps.filter((step) => step.done !== undefined);
  let shown = 0;
  for (const step of [...waiting, ...done]) {
    const next = linesOf(step, width);
    if (lines.length + next.length > rows) break;
    lines.push(...next);
    shown += 1;
  }
  const left = steps.length - shown;
  return left === 0 ? lines : [...lines, `  … ${left} more: clawback incident report ${incident}`];
};

const linesOf = ({ id, text, way, done }: RunbookStep, width: number): readonly string[] => {
  if (done !== undefined)
    return [`  [x] ${id}: done by ${harmlessLine(done.by, 30)} at ${clockTime(done.at)}`];
  return [
    ...wrapped(`  [ ] `, `${id}: ${text}`, { interactive: true, columns: width }),
    way.kind === "command" ? `      ${way.command}` : `      in the console: the ${way.screen} screen`,
  ];
};

/** A command is never broken: it must survive being copied. */
const commandLines = (name: string, command: string, width: number): readonly string[] =>
  margin + command.length <= width
    ? [`   ${name.padEnd(margin - 3)}${command}`]
    : [`   ${name}`, `      ${command}`];

const fieldLines = (name: string, text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of harmlessLine(text, 1_000).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= width - margin || line === "") line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each, at) => `   ${(at === 0 ? name : "").padEnd(margin - 3)}${each}`);
};
