/**
 * Finds where in a JSON5 text the value at a path stands, so that a complaint can name a line. The text has been
 * parsed before and is known to be well-formed, which keeps this walk short: it only has to skip.
 */
export const lineOf = (text: string, path: readonly PropertyKey[]): number => {
  let at = 0;
  let found = 0;

  const skipBlank = (): void => {
    for (;;) {
      while (/\s|\ufeff/.test(text[at] ?? "x")) at += 1;
      if (text.startsWith("//", at)) at = endOr(text.indexOf("\n", at));
      else if (text.startsWith("/*", at)) at = endOr(text.indexOf("*/", at) + 2, 2);
      else return;
    }
  };
  const endOr = (index: number, missing = 0): number => (index < missing ? text.length : index);

  const readString = (): string => {
    const quote = text[at];
    const start = (at += 1);
    while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1;
    const content = text.slice(start, at);
    at += 1;
    return content;
  };
  const readWord = (): string => {
    const start = at;
    while (at < text.length && !/[\s,:{}[\]"'/]/.test(text[at] ?? ",")) at += 1;
    return text.slice(start, at);
  };
  const readKey = (): string => (text[at] === '"' || text[at] === "'" ? readString() : readWord());

  const walk = (depth: number, onPath: boolean): void => {
    skipBlank();
    if (onPath) found = at;
    const open = text[at];
    if (open === "{" || open === "[") {
      at += 1;
      for (let index = 0; ; index += 1) {
        skipBlank();
        if (at >= text.length) return;
        if (text[at] === "}" || text[at] === "]") {
          at += 1;
          return;
        }
        const before = at;
        let key = String(index);
        if (open === "{") {
          key = readKey();
          skipBlank();
          at += 1;
        }
        walk(depth + 1, onPath && String(path[depth]) === key);
        skipBlank();
        if (text[at] === ",") at += 1;
        // Text that is not well-formed after all must end the walk, not hold it.
        if (at === before) return;
      }
    }
    if (open === '"' || open === "'") readString();
    else readWord();
  };

  walk(0, true);
  return text.slice(0, found).split("\n").length;
};
