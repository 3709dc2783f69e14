/**
 * Remembers the answer for a value by its identity. What the model shares between two moments is worked out once,
 * however often it is drawn; what it drops is forgotten with it.
 */
export const remembered = <Subject extends object, Answer>(
  work: (subject: Subject) => Answer,
): ((subject: Subject) => Answer) => {
  const known = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const found = known.get(subject);
    if (found !== undefined) return found.answer;
    const answer = work(subject);
    known.set(subject, { answer });
    return answer;
  };
};

/** The last answer, for as long as every part it was worked out from is the same one. */
export const kept = <Parts extends readonly unknown[], Answer>(
  work: (...parts: Parts) => Answer,
): ((...parts: Parts) => Answer) => {
  let last: { readonly parts: Parts; readonly answer: Answer } | undefined;
  return (...parts) => {
    if (last === undefined || !sameParts(last.parts, parts)) last = { parts, answer: work(...parts) };
    return last.answer;
  };
};

export const sameParts = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((part, at) => Object.is(part, others[at]));

/** What was there at the moment one looks at: a list that is cut there, kept while neither moves. */
export const untilMoment = <Row>(atOf: (row: Row) => number) => {
  let last: { readonly rows: readonly Row[]; readonly moment: number } | undefined;
  let cut: readonly Row[] = [];
  return (rows: readonly Row[], moment: number | undefined): readonly Row[] => {
    if (moment === undefined) return rows;
    if (last?.rows === rows && last.moment === moment) return cut;
    last = { rows, moment };
    cut = rows.filter((row) => atOf(row) <= moment);
    return cut;
  };
};
