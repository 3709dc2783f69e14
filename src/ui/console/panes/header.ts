import { fleetCounts, type FleetCounts, type Model } from "../../../watch/index.ts";
import { age } from "../../../ground/index.ts";
import { gatewayHere, gatewayLines } from "../lists/gateways.ts";
import { runShown } from "../lists/restore.ts";
import { remembered } from "../state/memo.ts";
import type { ConsoleModel } from "../state/model.ts";
import { isGoing, isWaiting } from "../state/restore-run.ts";
import { gatewayOf } from "../state/place.ts";
import { placeOf } from "../state/view.ts";
import { width, type Look } from "../theme/index.ts";

export type HeaderView = {
  /** The way here, from the root on. */
  readonly crumbs: readonly string[];
  /** What the screen itself has to say instead of the state of the fleet, from many words to few. */
  readonly headline: readonly string[] | undefined;
};

/** Row 0 is always: where am I, how bad is it, what may I do, what time is it. */
export const paintHeader = (view: HeaderView, model: ConsoleModel, columns: number, look: Look): string => {
  const { texts, time, banner } = model.setting;
  const dot = ` ${look.symbol("dot")} `;
  const crumbs = view.crumbs.map((crumb) => look.paint("text.strong", crumb));
  const left = ` ${[look.paint("accent", "clawback"), ...crumbs].join(` ${look.symbol("pointer")} `)}`;
  const after = [
    ...(isProdHere(model) ? [look.paint("alarm", ` ${texts.words.prod} `)] : []),
    ...restoreBadges(model, look),
    ...(isReadOnlyHere(model) ? [look.paint("banner", ` ${texts.words.readOnly} `)] : []),
  ];
  const badgesWith = (said: string | undefined): string =>
    [...(said === undefined ? [] : [look.paint("banner", ` ${said} `)]), ...after].join(" ");
  const clock = isCalm(model) ? time.minute(model.watch.now) : time.clock(model.watch.now);
  const right = `${columns >= 100 ? `${clock} ${time.zone}` : clock} `;
  const said = view.headline ?? fleetWords(model, look, dot);
  // Where one is goes before how the rest is, but for the worst of it; of the way here the end says most.
  const least = Math.min(width(said.at(-1) ?? ""), leastSaid) + 1;
  const roomBeside = (badges: string): number => columns - width(right) - width(badges) - 4 - least;
  // Why this fleet is shown is worth saying only where it leaves all of the way here in sight.
  const isRoomy = width(left) <= roomBeside(badgesWith(banner));
  const badges = badgesWith(isRoomy ? banner : banner?.replace(/:.*$/su, ""));
  const before = badges === "" ? "  " : `  ${badges}  `;
  const most = roomBeside(badges) + (badges === "" ? 2 : 0);
  const shown = width(left) <= most ? left : leftCut(crumbs, most, look);
  const room = columns - width(shown) - width(right);
  const words = said.find((line) => width(before) + width(line) < room) ?? said.at(-1) ?? "";
  const middle = `${before}${words}`;
  const guard = guardWords(model, look);
  const isTold = width(middle) + width(guard) + 1 < room;
  const free = isTold ? room - width(guard) : room;
  // However much there is to say, the clock stands apart from it.
  const fitted =
    free > width(middle) + 10 ? look.fit(middle, free, "center") : `${look.fit(middle, free - 1)} `;
  return `${shown}${fitted}${isTold ? guard : ""}${look.paint("text.secondary", right)}`;
};

/** Whether snapshots are taken with nobody at a console; what goes first where there is no room. */
const guardWords = ({ watch, setting }: ConsoleModel, look: Look): string => {
  const { words } = setting.texts;
  if (watch.guarded === undefined) return "";
  return watch.guarded
    ? `${look.paint("state.good", `${look.symbol("good")} ${words.guardOn}`)}  `
    : `${look.paint("text.secondary", words.noGuard)}  `;
};

/** A restore that goes on or waits is seen from everywhere but where it is shown anyway. */
const restoreBadges = (model: ConsoleModel, look: Look): readonly string[] => {
  const { restore } = model.setting.texts;
  const shown = runShown(model);
  return [...model.takeback.runs.values()]
    .filter((run) => run !== shown && (isGoing(run) || isWaiting(run)))
    .slice(0, 1)
    .map((run) => {
      if (isWaiting(run)) return look.paint("alarm", ` ${restore.badgeWaiting(run.gateway)} `);
      const step = run.steps.at(-1)?.step;
      const word = step === undefined ? restore.place : restore.steps[step];
      const time = age(Math.max(0, model.watch.now - run.begunAt));
      return look.paint("banner", ` ${look.symbol("busy")} ${restore.badgeGoing(run.gateway, word, time)} `);
    });
};

/** However long the way is, so many columns are left for how bad it is. */
const leastSaid = 10;

/** The last steps of the way, as many as there is room for. */
const leftCut = (crumbs: readonly string[], columns: number, look: Look): string => {
  const sign = ` ${look.symbol("pointer")} `;
  for (let from = 0; from < crumbs.length - 1; from += 1) {
    const line = ` ${look.symbol("ellipsis")}${sign}${crumbs.slice(from).join(sign)}`;
    if (width(line) <= columns) return line;
  }
  return look.fit(` ${look.symbol("ellipsis")}${sign}${crumbs.at(-1) ?? ""}`, columns);
};

/** How bad it is, from all the words to the fewest: the worst is the last to go. */
const fleetWords = (model: ConsoleModel, look: Look, dot: string): readonly string[] => {
  if (isUnknownFleet(model)) return [];
  const { words } = model.setting.texts;
  const { gateways, critical, warning, unknown } = countsOf(model.watch);
  const isWell = isAllWell(model);
  const parts = [
    { text: words.gateways(gateways), goes: 1 },
    ...(critical > 0 ? [{ text: look.paint("state.bad", words.critical(critical)), goes: 4 }] : []),
    ...(warning > 0 ? [{ text: look.paint("state.warn", words.warnings(warning)), goes: 3 }] : []),
    ...(unknown > 0 ? [{ text: look.paint("state.unknown", words.unknowns(unknown)), goes: 2 }] : []),
    ...(isWell ? [{ text: look.paint("state.good", words.allWell), goes: 4 }] : []),
  ];
  return [0, 1, 2, 3]
    .map((gone) =>
      parts
        .filter(({ goes }) => goes > gone)
        .map(({ text }) => text)
        .join(dot),
    )
    .filter((line) => line !== "");
};

/** Nothing is known yet, not even that nothing is wrong. */
export const isUnknownFleet = ({ isStarting, watch }: ConsoleModel): boolean =>
  isStarting && watch.gateways.length === 0;

/** What is stopped on purpose is no trouble, and is not well either. */
export const isAllWell = ({ watch }: Pick<ConsoleModel, "watch">): boolean => {
  const { gateways, critical, warning, unknown, maintenance } = countsOf(watch);
  return gateways > 0 && critical + warning + unknown + maintenance === 0;
};

const counted = remembered(fleetCounts);

/** Asked for the words and for the clock: while the lines of the fleet are the same, so is how many are how bad. */
const countsOf = (watch: Model): FleetCounts => counted(gatewayLines(watch));

/** Nothing is wrong and nothing runs: seconds would only cost a frame each. */
const isCalm = ({ watch }: ConsoleModel): boolean => {
  const { gateways, ok } = countsOf(watch);
  return gateways > 0 && gateways === ok && watch.operations.every(({ ended }) => ended !== undefined);
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
