import { ExitCode, Problem } from "../../ground/index.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `12h`, `1h30m`, `7d` in milliseconds; anything else is a usage problem that names the option. */
export const parseDuration = (text: string, name: string): number => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0);
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) {
    throw new Problem(
      "USAGE_VALUE",
      `${name} takes a length of time such as 90s, 12h or 7d, not "${text}".`,
      {
        exit: ExitCode.usage,
      },
    );
  }
  return total;
};
