import type { ConsoleEffect } from "../state/effect.ts";
import type { ConsoleModel } from "../state/model.ts";
import {
  commandLine,
  comparisonKey,
  differenceKey,
  type VaultNews,
  type VaultRequest,
  type VaultState,
} from "../state/vault.ts";
import { placeOf } from "../state/view.ts";
import { still, type Step } from "./step.ts";
import { withWhatRuns } from "./what-runs.ts";
import { withNewest } from "./with-newest.ts";

/** Comparisons are large: so many are remembered, to go back to. */
const comparisonsKept = 4;
const differencesKept = 8;

const withNews = (vault: VaultState, news: VaultNews): VaultState => {
  switch (news.kind) {
    case "access":
      return { ...vault, access: news.access };
    case "listed":
      return { ...vault, listed: news.snapshots };
    case "figures":
      return { ...vault, figures: news.figures };
    case "host":
      return { ...vault, host: news.host };
    case "checked": {
      const hurt = new Map(vault.hurt);
      if (news.findings === 0) hurt.delete(news.id);
      else hurt.set(news.id, news.findings);
      return { ...vault, hurt };
    }
    case "compared":
      return {
        ...vault,
        comparisons: withNewest(vault.comparisons, news.key, news.compared, comparisonsKept),
      };
    case "difference":
      return {
        ...vault,
        differences: withNewest(vault.differences, news.key, news.difference, differencesKept),
      };
  }
};

export const heardOfVault = (model: ConsoleModel, news: VaultNews): Step => {
  const heard =
    news.kind === "compared" ? { ...news, compared: withWhatRuns(model, news.key, news.compared) } : news;
  return still({ ...model, vault: withNews(model.vault, heard) });
};

/** Asks the vault for something; what is only looked at is marked as under way. */
export const askedVault = (model: ConsoleModel, request: VaultRequest): Step => {
  const effect: ConsoleEffect = { kind: "vault", request, command: commandLine(request, model.vault) };
  const { vault } = model;
  if (request.kind === "compare") {
    const compared = { kind: "running", since: model.watch.now } as const;
    return {
      model: {
        ...model,
        vault: withNews(vault, { kind: "compared", key: comparisonKey(request), compared }),
      },
      effects: [effect],
    };
  }
  if (request.kind === "difference") {
    const key = differenceKey(request, request.path);
    return {
      model: {
        ...model,
        vault: withNews(vault, { kind: "difference", key, difference: { kind: "running" } }),
      },
      effects: [effect],
    };
  }
  return { model, effects: [effect] };
};

/** A place that shows a comparison asks for it, whichever way led there, as soon as there is a vault to ask. */
export const wanted = (model: ConsoleModel): Step => {
  const { vault, view } = model;
  const place = placeOf(view);
  if (vault.access.kind !== "open") return still(model);
  if (place.screen === "compare" && !vault.comparisons.has(comparisonKey(place))) {
    const { gateway, a, b } = place;
    return askedVault(model, { kind: "compare", gateway, a, b });
  }
  if (place.screen === "difference" && !vault.differences.has(differenceKey(place, place.path))) {
    const { gateway, a, b, path } = place;
    return askedVault(model, { kind: "difference", gateway, a, b, path });
  }
  return still(model);
};
