import { age, bytes, count, hourMs, percent } from "../../../ground/index.ts";
import { failureIn, hintIn } from "../language/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import { contextOf, snapshotHere, snapshotList, type SnapshotRow } from "../lists/snapshots.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look, Role } from "../theme/index.ts";
import type { Pane } from "./pane.ts";
import { tablePane, type Cell, type Column } from "./table.ts";
import { axisGutter, axisPainter } from "./time-axis.ts";

const windowsMs = [
  hourMs / 12,
  hourMs / 4,
  hourMs,
  3 * hourMs,
  12 * hourMs,
  24 * hourMs,
  7 * 24 * hourMs,
] as const;

const paintAxis = axisPainter();

/** The time line of one gateway, as far back as its snapshots go; the selected one is where the cursor stands. */
export const snapshotAxis: Pane = {
  id: "snapshot-axis",
  body: {
    kind: "picture",
    paint: (model, size, look) => {
      const { watch, setting } = model;
      const gateway = gatewayHere(model)?.identity.name;
      const oldest = snapshotList.view(model).rows.at(-1)?.stored.at ?? watch.now;
      const windowMs = windowsMs.find((each) => watch.now - oldest < each * 0.95) ?? 30 * 24 * hourMs;
      const columns = Math.max(1, size.columns - axisGutter);
      return paintAxis(
        watch,
        { columns, windowMs, ...(gateway === undefined ? {} : { gateway }) },
        { ...setting, cursor: snapshotHere(model)?.stored.at },
        size,
        look,
      );
    },
  },
};

/** Why there is nothing to see, and what to do about it. */
export const vaultTrouble = ({ vault, setting }: ConsoleModel): string | undefined => {
  const { snapshots } = setting.texts;
  switch (vault.access.kind) {
    case "looking":
      return snapshots.looking;
    case "none":
      return snapshots.noVault(vault.access.path);
    case "closed": {
      const { access } = vault;
      const why = failureIn(setting.texts, access);
      return snapshots.closed(
        access.hint === undefined
          ? why
          : `${why} ${hintIn(setting.texts, { hint: access.hint, advice: access.advice })}`,
      );
    }
    case "open":
      return undefined;
  }
};

const kindRole = ({ stored, during, hurt }: SnapshotRow): Role =>
  hurt > 0 || during.length > 0
    ? "state.bad"
    : stored.kind === "full"
      ? "text.primary"
      : stored.kind === "critical"
        ? "text.secondary"
        : "accent";

const verifiedCell = ({ stored, hurt }: SnapshotRow, { setting }: ConsoleModel, look: Look): Cell => {
  const { snapshots } = setting.texts;
  if (hurt > 0) return { text: `${look.symbol("no")} ${snapshots.damaged}`, role: "state.bad" };
  return stored.verifiedAtMs === undefined
    ? { text: look.symbol("none"), role: "text.dim" }
    : { text: `${look.symbol("yes")} ${setting.time.minute(stored.verifiedAtMs)}`, role: "state.good" };
};

/** What stands out about it, before the name somebody gave it. */
const remarks = (row: SnapshotRow, model: ConsoleModel, look: Look): Cell => {
  const { snapshots } = model.setting.texts;
  const parts = [
    ...(row.isLastGood ? [`${look.symbol("star")}${snapshots.lastGood}`] : []),
    ...(row.stored.protected ? [snapshots.protectedSign] : []),
    ...(row.stored.name === null ? [] : [row.stored.name]),
    ...(row.during.length > 0 ? [`${look.symbol("no")} ${snapshots.sick}`] : []),
  ];
  const role: Role | undefined = row.isLastGood
    ? "state.good"
    : row.during.length > 0
      ? "state.bad"
      : undefined;
  return { text: parts.join("  "), ...(role === undefined ? {} : { role }) };
};

export const snapshotTable = tablePane<SnapshotRow>({
  id: "snapshots",
  first: true,
  title: (model) => {
    const { rows } = snapshotList.view(model);
    const size = rows.reduce((sum, { stored }) => sum + stored.storedBytes, 0);
    return [model.setting.texts.snapshots.place, `${count(rows.length)}`, bytes(size)];
  },
  list: snapshotList,
  whenEmpty: (model) => {
    const { none, remote } = model.setting.texts.snapshots;
    const identity = gatewayHere(model)?.identity;
    return identity?.local === false ? remote(identity.name) : (vaultTrouble(model) ?? none);
  },
  columns: (model, look): readonly Column<SnapshotRow>[] => {
    const { watch, setting, view } = model;
    const heads = setting.texts.snapshots.columns;
    return [
      {
        id: "id",
        title: heads.id,
        width: 20,
        dispensable: 0,
        cell: ({ stored }) => ({
          text: `${view.marked.includes(stored.id) ? look.symbol("mark") : " "} ${stored.id}`,
          role: view.marked.includes(stored.id) ? "accent" : "text.strong",
        }),
      },
      {
        id: "kind",
        title: heads.kind,
        width: 11,
        dispensable: 0,
        cell: (row) => ({ text: row.stored.kind, role: kindRole(row) }),
      },
      {
        id: "age",
        title: heads.age,
        width: 7,
        dispensable: 1,
        cell: ({ stored }) => ({ text: age(Math.max(0, watch.now - stored.at)) }),
      },
      {
        id: "context",
        title: heads.context,
        width: 6,
        align: "right",
        dispensable: 2,
        cell: ({ stored }) => ({ text: percent(contextOf(stored)) }),
      },
      {
        id: "sessions",
        title: heads.sessions,
        width: 5,
        align: "right",
        dispensable: 3,
        cell: ({ stored }) => ({ text: count(stored.numbers["sessions"]) }),
      },
      {
        id: "fresh",
        title: heads.fresh,
        width: 8,
        align: "right",
        dispensable: 4,
        cell: ({ stored }) => ({ text: bytes(stored.newBytes) }),
      },
      {
        id: "verified",
        title: heads.verified,
        width: 9,
        dispensable: 0,
        cell: (row) => verifiedCell(row, model, look),
      },
      {
        id: "name",
        title: heads.name,
        width: 16,
        dispensable: 0,
        grows: true,
        slides: true,
        cell: (row) => remarks(row, model, look),
      },
    ];
  },
});
