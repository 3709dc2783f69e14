/** Below this a column of words is harder to read than a line that the terminal breaks. */
const leastWords = 16;

/** A line in as many as the width asks for; what follows begins under the last column of the first. */
export const foldLine = (line: string, width: number): readonly string[] => {
  if (line.length <= width) return [line];
  const column = lastColumn(line);
  const indent = width - column < leastWords ? leadOf(line) : column;
  const lead = " ".repeat(indent);
  const lines: string[] = [];
  let current = line.slice(0, indent);
  let isEmpty = true;
  for (const word of line.slice(indent).split(" ")) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current.trimEnd());
      [current, isEmpty] = [lead, true];
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current];
};

/** Paragraphs as they were meant, whatever width they were written at. Lines that are indented stay lines. */
export const foldText = (text: string, width: number): readonly string[] => {
  const paragraphs: string[] = [];
  let isOpen = false;
  for (const line of text.split("\n")) {
    const goesOn = isOpen && line !== "" && !line.startsWith(" ");
    if (goesOn) paragraphs.push(`${paragraphs.pop() ?? ""} ${line}`);
    else paragraphs.push(line);
    isOpen = line !== "" && !line.startsWith(" ");
  }
  return paragraphs.flatMap((paragraph) => foldLine(paragraph, width));
};

const leadOf = (line: string): number => line.length - line.trimStart().length;

/** Where the words after the last gap of two blanks or more begin. */
const lastColumn = (line: string): number => {
  const gap = [...line.matchAll(/\S {2,}(?=\S)/g)].at(-1);
  return gap === undefined ? leadOf(line) : gap.index + gap[0].length;
};
