/**
 * What a person types after `/`: words that must all be found, in any order and whatever their case; a word after `!`
 * must not be.
 */
export const matchesFilter = (filter: string, text: string): boolean => {
  const here = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => {
      if (word === "" || word === "!") return true;
      return word.startsWith("!") ? !here.includes(word.slice(1)) : here.includes(word);
    });
};
