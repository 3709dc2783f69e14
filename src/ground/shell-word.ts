/** A word of a command that can be pasted as it is, whatever somebody else has called the thing it names. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-][\w@%+=:,./~-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
