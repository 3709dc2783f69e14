import { bytes, count, harmlessLine } from "../../../ground/index.ts";
import type { PreflightItem, RestorePlan, SessionLoss } from "../../../watch/index.ts";

const shownOfEach = 10;

const signs: Readonly<Record<PreflightItem["verdict"], string>> = { pass: "✅", warn: "⚠️", stop: "❌" };

/** The plan for a person, a line at a time: what is lost stands before what is done. */
export const planLines = (plan: RestorePlan): readonly string[] => [
  `Restore plan: ${plan.snapshot.id}${plan.snapshot.name === null ? "" : ` (${plan.snapshot.name})`} into ${plan.stateDir}`,
  `  gateway ${plan.gateway} · taken ${plan.snapshot.createdAt} · ${plan.scope}`,
  "",
  "What will be lost:",
  ...lossLines(plan),
  "",
  "What will be done:",
  ...deedLines(plan),
  "",
  "Looked at:",
  ...plan.preflight.flatMap(({ verdict, check, evidence, wayOut }) => [
    `  ${signs[verdict]} ${check}: ${harmlessLine(evidence, 300)}`,
    ...(verdict === "pass" || wayOut === undefined ? [] : [`     ${wayOut}`]),
  ]),
];

const lossLines = (plan: RestorePlan): readonly string[] => {
  const { sessions, devices, ratchetChannels, deliveriesDropped, files } = plan;
  const lines = [
    ...(sessions === null || sessions.gone.length + sessions.shortened.length === 0
      ? []
      : [
          `  ${count(sessions.messagesLost)} messages in ${sessions.gone.length + sessions.shortened.length} sessions:`,
        ]),
    ...some(
      sessions?.gone ?? [],
      (each) => `    ${each.key}: gone (${number(each.messages)} messages, ${lastOf(each)})`,
    ),
    ...some(
      sessions?.shortened ?? [],
      (each) =>
        `    ${each.key}: ${number(each.messages)} → ${number(each.messagesAfter)} messages (${lastOf(each)})`,
    ),
    ...some(devices, ({ deviceId, name }) => `  Device ${name ?? deviceId.slice(0, 12)} has to pair again.`),
    ...(ratchetChannels.length === 0
      ? []
      : [`  ${ratchetChannels.join(", ")}: keys go back in time; it may have to be linked again.`]),
    ...(deliveriesDropped === 0 ? [] : [`  ${deliveriesDropped} messages on their way out are not sent.`]),
    ...(files.removed.length === 0
      ? []
      : [
          `  ${files.removed.length === 1 ? "A file" : `${count(files.removed.length)} files`} that came since:`,
        ]),
    ...some(files.removed, ({ path, size }) => `    ${path} (${bytes(size)})`),
  ];
  return lines.length === 0 ? ["  nothing"] : lines.map((line) => harmlessLine(line, 300));
};

const deedLines = (plan: RestorePlan): readonly string[] => {
  const { files, sessions, config, versions, space, downtime } = plan;
  return [
    `  ${count(files.replaced.length)} files replaced, ${count(files.written.length)} written again, ${count(files.same)} as they are`,
    ...some(
      files.replaced,
      ({ path, before, after }) => `    ${path}: ${bytes(before.size)} → ${bytes(after.size)}`,
    ),
    ...(sessions === null || sessions.back.length === 0
      ? []
      : [`  ${sessions.back.length} sessions come back:`]),
    ...some(sessions?.back ?? [], (each) => `    ${each.key} (${number(each.messages)} messages)`),
    ...(config.length === 0 ? [] : ["  Configuration:"]),
    ...some(
      config,
      ({ path, before, after, differs }) =>
        `    ${path}: ${differs === true ? "another secret" : `${shown(before)} → ${shown(after)}`}`,
    ),
    ...versions.schemas.map(
      ({ database, now, inSnapshot }) => `  ${database}: schema ${number(now)} → ${number(inSnapshot)}`,
    ),
    `  Space: ${bytes(space.needBytes)} needed, ${bytes(space.freeBytes)} free. The old state stays beside until you accept.`,
    `  Downtime: ${downtime.words}.`,
  ].map((line) => harmlessLine(line, 300));
};

const some = <T>(items: readonly T[], line: (item: T) => string): readonly string[] => [
  ...items.slice(0, shownOfEach).map(line),
  ...(items.length > shownOfEach ? [`    and ${items.length - shownOfEach} more (--json lists all)`] : []),
];

const number = (value: number | null): string => (value === null ? "?" : String(value));

const lastOf = ({ lastActivityAt }: SessionLoss): string =>
  lastActivityAt === null
    ? "last activity not known"
    : `last active ${new Date(lastActivityAt).toISOString().slice(0, 19)}Z`;

const shown = (value: unknown): string =>
  value === undefined ? "(not there)" : harmlessLine(JSON.stringify(value), 80);
