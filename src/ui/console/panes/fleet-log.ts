import { clockTime, type FleetLogLine } from "../../../watch/index.ts";
import type { Look, Role } from "../theme/index.ts";

const levels: Readonly<Record<FleetLogLine["level"], { readonly word: string; readonly role: Role }>> = {
  trace: { word: "TRACE", role: "text.dim" },
  debug: { word: "DEBUG", role: "text.dim" },
  info: { word: "INFO ", role: "text.secondary" },
  warn: { word: "WARN ", role: "state.warn" },
  error: { word: "ERROR", role: "state.bad" },
  fatal: { word: "FATAL", role: "state.bad" },
};

/** The newest lines at the foot, as in a log that is being followed; the first row is its title. */
export const paintFleetLog = (
  lines: readonly FleetLogLine[],
  size: { readonly columns: number; readonly rows: number },
  look: Look,
): readonly string[] => {
  const shown = lines.slice(-Math.max(0, size.rows - 1));
  const nameWidth = Math.min(16, Math.max(8, ...shown.map(({ gateway }) => gateway.length)));
  const painted = shown.map(({ at, level, gateway, subsystem, message }) => {
    const { word, role } = levels[level];
    const where = subsystem === "" ? "" : `${look.paint("text.secondary", subsystem)}  `;
    return look.fit(
      ` ${look.paint("text.dim", clockTime(at))} ${look.fit(gateway, nameWidth)} ${look.paint(role, word)} ${where}${message}`,
      size.columns,
    );
  });
  if (painted.length === 0) painted.push(look.paint("text.dim", "  no warnings, no errors"));
  const title = ["log", "warnings and errors", "all gateways"].join(` ${look.symbol("dot")} `);
  const all = [look.rule(size.columns, title), ...painted];
  while (all.length < size.rows) all.push("");
  return all.slice(0, size.rows);
};
