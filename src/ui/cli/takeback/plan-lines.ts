import { bytes, count, counted, harmlessLine, isoText } from "../../../ground/index.ts";
import type { Context } from "../command.ts";
import { timeText } from "../vault/index.ts";
import { wrapped } from "../wrapped.ts";
import type { PreflightItem, RestorePlan, SessionLoss } from "../../../watch/index.ts";

const shownOfEach = 10;

const signs: Readonly<Record<PreflightItem["verdict"], string>> = { pass: "✅", warn: "⚠️", stop: "❌" };

/**
 * The plan for a person, a line at a time: what is lost stands before what is done. Before a question it is `short`: what
 * is fine is only named, so that a small terminal still shows the losses when the question is asked.
 */
export const planLines = (
  plan: RestorePlan,
  terminal: Context["terminal"],
  length: "whole" | "short" = "whole",
): readonly string[] => [
  ...wrapped(
    "",
    `Restore plan: ${plan.snapshot.id}${plan.snapshot.name === null ? "" : ` (${plan.snapshot.name})`} into ${plan.stateDir}`,
    terminal,
  ),
  `  gateway ${plan.gateway} · taken ${timeText(plan.snapshot.createdAt)} UTC · ${plan.scope}`,
  "",
  "What will be lost:",
  ...lossLines(plan).flatMap((line) => wrappedAsIndented(line, terminal)),
  "",
  "What will be done:",
  ...deedLines(plan).flatMap((line) => wrappedAsIndented(line, terminal)),
  "",
  "Looked at:",
  ...(length === "whole"
    ? plan.preflight.flatMap((item) => itemLines(item, terminal))
    : [
        ...plan.preflight
          .filter(({ verdict }) => verdict !== "pass")
          .flatMap((item) => itemLines(item, terminal)),
        ...wrapped(
          `  ${signs.pass} `,
          `fine: ${plan.preflight.flatMap(({ verdict, check }) => (verdict === "pass" ? check : [])).join(", ")}`,
          terminal,
        ),
      ]),
];

const wrappedAsIndented = (line: string, terminal: Context["terminal"]): readonly string[] => {
  const text = line.trimStart();
  return wrapped(" ".repeat(line.length - text.length), text, terminal);
};

const itemLines = (
  { verdict, check, evidence, wayOut }: PreflightItem,
  terminal: Context["terminal"],
): readonly string[] => [
  ...wrapped(`  ${signs[verdict]} `, `${check}: ${harmlessLine(evidence, 300)}`, terminal),
  ...(verdict === "pass" || wayOut === undefined ? [] : wrapped("     ", wayOut, terminal)),
];

const databaseLog = /\.sqlite3?-(?:wal|journal)$/;

type Folded = {
  readonly replaced: readonly { readonly path: string; readonly before: number; readonly after: number }[];
  readonly written: RestorePlan["files"]["written"];
  readonly removed: RestorePlan["files"]["removed"];
  readonly same: number;
};

/** The log of a database comes and goes with it: its bytes count as the database's. */
const withoutLogs = ({ replaced, written, removed, same }: RestorePlan["files"]): Folded => {
  const logs = new Map<string, { before: number; after: number }>();
  const add = (path: string, before: number, after: number): void => {
    const known = logs.get(path) ?? { before: 0, after: 0 };
    logs.set(path, { before: known.before + before, after: known.after + after });
  };
  for (const { path, before, after } of replaced) add(path, before.size, after.size);
  for (const { path, size } of written) add(path, 0, size);
  for (const { path, size } of removed) add(path, size, 0);
  const logOf = (path: string): { before: number; after: number } =>
    logs.get(`${path}-wal`) ?? { before: 0, after: 0 };
  const databases = new Set(replaced.map(({ path }) => path));
  const isOwn = ({ path }: { readonly path: string }): boolean =>
    !databaseLog.test(path) || !databases.has(path.replace(/-[a-z]+$/, ""));
  return {
    replaced: replaced.filter(isOwn).map(({ path, before, after }) => ({
      path,
      before: before.size + logOf(path).before,
      after: after.size + logOf(path).after,
    })),
    written: written.filter(isOwn),
    removed: removed.filter(({ path }) => !databaseLog.test(path)),
    same,
  };
};

const lossLines = (plan: RestorePlan): readonly string[] => {
  const { sessions, devices, ratchetChannels, deliveriesDropped } = plan;
  const { removed } = withoutLogs(plan.files);
  const lines = [
    ...(sessions === null || sessions.gone.length + sessions.shortened.length === 0
      ? []
      : [
          `  ${counted(sessions.messagesLost, "message")} in ${counted(sessions.gone.length + sessions.shortened.length, "session")}:`,
        ]),
    ...some(
      sessions?.gone ?? [],
      (each) => `    ${each.key}: gone (${messages(each.messages)}, ${lastOf(each)})`,
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
    ...(deliveriesDropped === 0
      ? []
      : [
          `  ${counted(deliveriesDropped, "message on its way out is", "messages on their way out are")} not sent.`,
        ]),
    ...(removed.length === 0
      ? []
      : [
          `  ${removed.length === 1 ? "A file" : `${count(removed.length)} files`} that ${plan.migration === null ? "came since" : `${plan.snapshot.id} does not have`}:`,
        ]),
    ...some(removed, ({ path, size }) => `    ${path} (${bytes(size)})`),
  ];
  return lines.length === 0 ? ["  nothing"] : lines.map((line) => harmlessLine(line, 300));
};

const deedLines = (plan: RestorePlan): readonly string[] => {
  const { sessions, config, versions, space, downtime } = plan;
  const files = withoutLogs(plan.files);
  return [
    `  ${counted(files.replaced.length, "file")} replaced, ${count(files.written.length)} written again, ${count(files.same)} as they are`,
    `  ${bytes(plan.files.bytesToWrite)} written beside, at most ${bytes(plan.files.bytesFromVault)} of it out of the vault; the rest is copied from the live state`,
    ...some(files.replaced, ({ path, before, after }) => `    ${path}: ${bytes(before)} → ${bytes(after)}`),
    ...(sessions === null || sessions.back.length === 0
      ? []
      : [
          `  ${counted(sessions.back.length, "session")} ${plan.migration === null ? "back again" : "of the snapshot"}:`,
        ]),
    ...some(sessions?.back ?? [], (each) => `    ${each.key} (${messages(each.messages)})`),
    ...(config.length === 0 ? [] : ["  Configuration:"]),
    ...some(
      config,
      ({ path, before, after, differs }) =>
        `    ${path}: ${differs === true ? "another secret" : `${shown(before)} → ${shown(after)}`}`,
    ),
    ...versions.schemas.map(
      ({ database, now, inSnapshot }) => `  ${database}: schema ${number(now)} → ${number(inSnapshot)}`,
    ),
    ...migrationLines(plan),
    `  Space: ${bytes(space.needBytes)} needed, ${bytes(space.freeBytes)} free. The old state stays beside until you accept.`,
    `  Downtime: ${downtime.words}.`,
  ].map((line) => harmlessLine(line, 300));
};

const migrationLines = ({ migration }: RestorePlan): readonly string[] => {
  if (migration === null) return [];
  const { moves, configPaths, databasePaths, kept } = migration;
  const rows = databasePaths.reduce((sum, each) => sum + each.rows, 0);
  return [
    ...some(moves, ({ from, to }) => `  ${from} becomes ${to}`),
    ...(moves.length === 0
      ? []
      : [
          `  ${counted(configPaths, "path")} in the configuration and ${count(rows)} in databases ${configPaths + rows === 1 ? "is" : "are"} rewritten.`,
        ]),
    ...(kept.length === 0
      ? []
      : [`  Of the configuration here ${kept.join(" and ")} stay: address, secrets, log.`]),
  ];
};

const some = <T>(items: readonly T[], line: (item: T) => string): readonly string[] => [
  ...items.slice(0, shownOfEach).map(line),
  ...(items.length > shownOfEach ? [`    and ${items.length - shownOfEach} more (--json lists all)`] : []),
];

const messages = (value: number | null): string =>
  value === null ? "? messages" : counted(value, "message");

const number = (value: number | null): string => (value === null ? "?" : String(value));

const lastOf = ({ lastActivityAt }: SessionLoss): string =>
  lastActivityAt === null ? "last activity not known" : `last active ${timeText(isoText(lastActivityAt))}`;

const shown = (value: unknown): string =>
  value === undefined ? "(not there)" : harmlessLine(JSON.stringify(value), 80);
