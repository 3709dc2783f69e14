import { age, percent } from "../../../ground/index.ts";
import type { Operation } from "../../../watch/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import type { Pane } from "./pane.ts";

/** What clawback itself is doing now, newest last. */
export const operationsNow = ({ watch }: ConsoleModel): readonly Operation[] =>
  watch.operations.filter(({ ended }) => ended === undefined);

const barColumns = 12;

const lineOf = (operation: Operation, model: ConsoleModel, columns: number, look: Look): string => {
  const { operations } = model.setting.texts.snapshots;
  const { progress } = operation;
  const full = Math.round((progress ?? 0) * barColumns);
  const bar = `${look.symbol("barFull").repeat(full)}${look.symbol("barEmpty").repeat(barColumns - full)}`;
  const words = [
    `${operations[operation.kind]} ${operation.gateway}`,
    ...(progress === undefined ? [] : [`${look.paint("state.busy", bar)} ${percent(progress)}`]),
    operation.step,
    age(Math.max(0, model.watch.now - operation.startedAt)),
  ];
  return look.fit(` ${look.paint("state.busy", look.symbol("busy"))} ${words.join("  ")}`, columns);
};

/** A line for each, with how far, how fast and how long still. */
export const operationsPane: Pane = {
  id: "operations",
  body: {
    kind: "picture",
    paint: (model, { columns, rows }, look) =>
      operationsNow(model)
        .slice(-rows)
        .map((operation) => lineOf(operation, model, columns, look)),
  },
};
