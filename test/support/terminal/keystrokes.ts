/** What a terminal sends for the keys a person presses, by the names the console gives them. */
const named: Readonly<Record<string, string>> = {
  Enter: "\r",
  Esc: "\u001b",
  Tab: "\t",
  "shift-Tab": "\u001b[Z",
  Space: " ",
  Backspace: "\u007f",
  Delete: "\u001b[3~",
  Up: "\u001b[A",
  Down: "\u001b[B",
  Right: "\u001b[C",
  Left: "\u001b[D",
  Home: "\u001b[H",
  End: "\u001b[F",
  PageUp: "\u001b[5~",
  PageDown: "\u001b[6~",
  F1: "\u001bOP",
};

export const keystroke = (name: string): string => {
  const known = named[name];
  if (known !== undefined) return known;
  if (name.startsWith("ctrl-") && name.length === 6) {
    return String.fromCharCode(name.charCodeAt(5) & 0x1f);
  }
  if (name.startsWith("alt-")) return `\u001b${keystroke(name.slice(4))}`;
  if (/^.$/u.test(name)) return name;
  throw new Error(`no such key: ${name}`);
};
