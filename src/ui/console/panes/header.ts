import { fleetCounts } from "../../../watch/index.ts";
import { gatewayHere } from "../lists/gateways.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayOf } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import { width, type Look } from "../theme/index.ts";

export type HeaderView = {
  /** The way here, from the root on. */
  readonly crumbs: readonly string[];
  /** What the screen itself has to say instead of the state of the fleet. */
  readonly headline: string | undefined;
};

/** Row 0 is always: where am I, how bad is it, what may I do, what time is it. */
export const paintHeader = (view: HeaderView, model: ConsoleModel, columns: number, look: Look): string => {
  const { texts, time, banner } = model.setting;
  const dot = ` ${look.symbol("dot")} `;
  const crumbs = view.crumbs.map((crumb) => look.paint("text.strong", crumb));
  const left = ` ${[look.paint("accent", "clawback"), ...crumbs].join(` ${look.symbol("pointer")} `)}`;
  const badges = [
    ...(banner === undefined ? [] : [look.paint("banner", ` ${banner} `)]),
    ...(isProdHere(model) ? [look.paint("alarm", ` ${texts.words.prod} `)] : []),
    ...(isReadOnlyHere(model) ? [look.paint("banner", ` ${texts.words.readOnly} `)] : []),
  ].join(" ");
  const clock = time.clock(model.watch.now);
  const right = `${columns >= 100 ? `${clock} ${time.zone}` : clock} `;
  const middle = `${badges === "" ? "" : `${badges}  `}${view.headline ?? fleetWords(model, look, dot)}`;
  // Where one is goes before how the rest is; of the way here the end says most.
  const most = columns - width(right) - width(badges) - 6;
  const shown = width(left) <= most ? left : leftCut(crumbs, most, look);
  const room = columns - width(shown) - width(right);
  const align = room > width(middle) + 12 ? "center" : "left";
  return `${shown}${look.fit(`  ${middle}`, room, align)}${look.paint("text.secondary", right)}`;
};

/** The last steps of the way, as many as there is room for. */
const leftCut = (crumbs: readonly string[], columns: number, look: Look): string => {
  const sign = ` ${look.symbol("pointer")} `;
  for (let from = 0; from < crumbs.length - 1; from += 1) {
    const line = ` ${look.symbol("ellipsis")}${sign}${crumbs.slice(from).join(sign)}`;
    if (width(line) <= columns) return line;
  }
  return look.fit(` ${look.symbol("ellipsis")}${sign}${crumbs.at(-1) ?? ""}`, columns);
};

const fleetWords = (model: ConsoleModel, look: Look, dot: string): string => {
  const { words } = model.setting.texts;
  const counts = fleetCounts(model.watch);
  const bad = [
    counts.critical > 0 ? look.paint("state.bad", words.critical(counts.critical)) : "",
    counts.warning > 0 ? look.paint("state.warn", words.warnings(counts.warning)) : "",
    counts.unknown > 0 ? look.paint("state.unknown", words.unknowns(counts.unknown)) : "",
  ].filter((part) => part !== "");
  const well = bad.length === 0 && counts.gateways > 0 ? [look.paint("state.good", words.allWell)] : bad;
  return [words.gateways(counts.gateways), ...well].join(dot);
};

const isProdHere = (model: ConsoleModel): boolean =>
  gatewayOf(placeOf(model.view)) !== undefined &&
  (gatewayHere(model)?.identity.labels.some((label) => label.toLowerCase() === "prod") ?? false);

const isReadOnlyHere = (model: ConsoleModel): boolean => {
  const { readOnly } = model.setting;
  const name = gatewayHere(model)?.identity.name;
  const isAbout = gatewayOf(placeOf(model.view)) !== undefined;
  return readOnly.all || (isAbout && name !== undefined && readOnly.gateways.has(name));
};
