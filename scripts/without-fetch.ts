import type { Plugin } from "rolldown";

/**
 * Keeps Node's own fetch unloaded until somebody fetches: it brings HTTP/2 and TLS along, takes 14 MB and a tenth of the
 * time to the console's first picture. The layout engine inside Ink fetches its own code from a data URL, where it also
 * knows how to read it in place.
 */
export const withoutFetch: Plugin = {
  name: "without-fetch",
  transform: {
    filter: { id: /yoga-wasm-base64-esm\.js$/ },
    handler: (code, id) => {
      const inPlace = code.replaceAll(`"function"!=typeof fetch`, "true");
      if (inPlace === code) throw new Error(`${id} does not ask for fetch as it used to.`);
      return inPlace;
    },
  },
};
