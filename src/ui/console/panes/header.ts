import { clockTime, fleetCounts, type Model } from "../../../watch/index.ts";
import { width, type Look } from "../theme/index.ts";

export type HeaderView = {
  readonly place: string;
  readonly watch: Model;
  readonly banner: string | undefined;
};

/** Row 0 is always: where am I, how bad is it, what time is it. */
export const paintHeader = (view: HeaderView, columns: number, look: Look): string => {
  const counts = fleetCounts(view.watch);
  const dot = ` ${look.symbol("dot")} `;
  const bad = [
    counts.critical > 0 ? look.paint("state.bad", `${counts.critical} critical`) : "",
    counts.warning > 0
      ? look.paint("state.warn", `${counts.warning} ${counts.warning === 1 ? "warning" : "warnings"}`)
      : "",
    counts.unknown > 0 ? look.paint("state.unknown", `${counts.unknown} unknown`) : "",
  ].filter((part) => part !== "");
  const fleet = [
    `${counts.gateways} ${counts.gateways === 1 ? "gateway" : "gateways"}`,
    ...(bad.length === 0 && counts.gateways > 0 ? [look.paint("state.good", "all well")] : bad),
  ].join(dot);
  const left = ` ${look.paint("accent", "clawback")} ${look.symbol("pointer")} ${look.paint("text.strong", view.place)}`;
  const demo = view.banner === undefined ? "" : look.paint("banner", ` ${view.banner} `);
  const right = `${columns >= 100 ? `${clockTime(view.watch.now)} UTC` : clockTime(view.watch.now)} `;
  const middle = `${demo === "" ? "" : `${demo}  `}${fleet}`;
  const room = columns - width(left) - width(right);
  return `${left}${look.fit(`  ${middle}`, room, room > width(middle) + 12 ? "center" : "left")}${look.paint("text.secondary", right)}`;
};
