/**
 * Which of two releases of OpenClaw is newer: negative when the first is older. `2026.9.1-beta.2` comes before
 * `2026.9.1`, and `2026.9.1-2` (the same packed again) after it. Undefined when one of them is no such version.
 */
export const versionOrder = (left: string, right: string): number | undefined => {
  const [first, second] = [partsOf(left), partsOf(right)];
  if (first === undefined || second === undefined) return undefined;
  return first.map((part, at) => part - (second[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
};

const partsOf = (version: string): readonly number[] | undefined => {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-(?:(\d+)|[a-z]+\.?(\d*)))?$/i.exec(version);
  if (match === null) return undefined;
  const [, year, month, patch, again, before] = match;
  return [
    Number(year),
    Number(month),
    Number(patch),
    before === undefined ? 0 : -1,
    Number(again ?? before ?? 0),
  ];
};
