/** How many single-letter slips (missing, extra, wrong or swapped letter) lie between two words. */
export const slips = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
};

/** The word somebody most likely meant: close enough for its length, or one that begins with what was typed. */
export const nearest = (typed: string, words: readonly string[]): string | undefined => {
  const wanted = typed.toLowerCase();
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const begins = wanted.length > 1 && word.startsWith(wanted);
    const distance = begins ? 0.5 : slips(wanted, word.toLowerCase());
    if (
      distance <= Math.max(1, Math.floor(word.length / 3)) &&
      (best === undefined || distance < best.distance)
    ) {
      best = { word, distance };
    }
  }
  return best?.word;
};

/** For the end of an error line. */
export const didYouMean = (typed: string, words: readonly string[]): string => {
  const word = nearest(typed, words);
  return word === undefined ? "" : ` Did you mean ${word}?`;
};
