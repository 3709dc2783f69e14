/** The known name that differs in the fewest letters, when it is near enough to be meant. */
export const nearest = (text: string, known: readonly string[]): string => {
  const ranked = known
    .map((name) => ({ name, away: distance(text, name) }))
    .toSorted((a, b) => a.away - b.away)[0];
  return ranked !== undefined && ranked.away <= Math.max(2, text.length / 3)
    ? `; did you mean ${ranked.name}?`
    : "";
};

/** Levenshtein. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
