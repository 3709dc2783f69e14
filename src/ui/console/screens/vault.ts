import { operationsNow, operationsPane } from "../panes/operations.ts";
import { growthChart, kindTable, vaultFacts } from "../panes/vault.ts";
import { stacked } from "../state/layout.ts";
import { defineScreen } from "./screen.ts";

/** "Can I trust my way back?" Where it is, what it costs, how fresh its checks are, and how long the disk lasts. */
export const vault = defineScreen("vault", {
  crumbs: ({ setting }) => [setting.texts.vault.place],
  layout: (model, box) => {
    const running = Math.min(3, operationsNow(model).length);
    return stacked(box, [
      { what: vaultFacts, least: Math.max(5, Math.min(14, box.height - 8)) },
      ...(running === 0 ? [] : [{ what: operationsPane, least: running }]),
      { what: kindTable, least: 4, share: 1, most: 9 },
      { what: growthChart, least: 4, share: 2 },
    ]);
  },
});
