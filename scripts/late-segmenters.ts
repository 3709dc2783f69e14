import type { Plugin } from "rolldown";

/**
 * Makes what cuts text into letters when a text first needs it. Several packages make theirs when they are loaded, as
 * does our own measure; the first one reads the tables of all scripts, which takes a twentieth of the time to the
 * console's first picture, and on that picture every letter stands for itself.
 */
export const lateSegmenters: Plugin = {
  name: "late-segmenters",
  transform: {
    filter: { code: /^(?:const|let|var) \w+ = new Intl\.Segmenter\b/m },
    handler: (code, id) => {
      const late = code.replaceAll(
        /^(const|let|var) (\w+) = new Intl\.Segmenter\(([^()]*)\);$/gm,
        "$1 $2 = ((made) => ({ segment: (text) => (made ??= new Intl.Segmenter($3)).segment(text) }))();",
      );
      if (late === code) throw new Error(`${id} makes its segmenter in another way than it used to.`);
      return late;
    },
  },
};
