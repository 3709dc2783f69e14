import { operationsNow, operationsPane } from "../panes/operations.ts";
import { snapshotDetail } from "../panes/snapshot-detail.ts";
import { snapshotAxis, snapshotTable } from "../panes/snapshots.ts";
import { axisRows } from "../panes/time-axis.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

const mostOperations = 3;

/**
 * "What can I go back to?" The time line with the selected snapshot on it, all snapshots, and one of them in full.
 * What is being done to them stands between.
 */
export const snapshots = defineScreen("snapshots", {
  crumbs: ({ setting }, { gateway }) => [gateway, setting.texts.snapshots.place],
  layout: (model, box) => {
    const running = Math.min(mostOperations, operationsNow(model).length);
    const detail = Math.min(9, Math.floor(box.height / 3));
    return stacked(box, [
      { what: snapshotAxis, least: axisRows },
      ...(running === 0 ? [] : [{ what: operationsPane, least: running }]),
      { what: snapshotTable, least: 5, share: 3 },
      { what: snapshotDetail, least: detail, share: 1, most: 14 },
    ]);
  },
});

/** One snapshot: what it holds, what was known then, whether it can be trusted. */
export const snapshot = defineScreen("snapshot", {
  crumbs: (_model, { snapshot: id }) => [id],
  layout: (model, box) => {
    const running = Math.min(mostOperations, operationsNow(model).length);
    return stacked(box, [
      { what: snapshotAxis, least: axisRows },
      ...(running === 0 ? [] : [{ what: operationsPane, least: running }]),
      { what: snapshotDetail, least: 8, share: 1 },
    ]);
  },
});
