import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "rolldown";

/**
 * ink-table is published as CommonJS and asks for Ink with `require`, which no Node can answer: Ink is an ES module
 * with top-level await. This step makes an ES module of the installed package, with the same code inside; nothing of
 * it is committed. Both the bundle and the tests use the result.
 */
const root = join(import.meta.dirname, "..");

const made: Record<string, string> = {
  "\0whole": `export { default } from ${JSON.stringify(createRequire(join(root, "package.json")).resolve("ink-table"))};`,
  // React is CommonJS with a default export, Ink an ES module with named ones.
  "\0react": `import it from "react"; export default it; export const __esModule = true;`,
  "\0ink": `export * from "ink";`,
};

const requireBecomesImport: Plugin = {
  name: "require-becomes-import",
  resolveId: (id, _, { kind }) => {
    if (id in made) return id;
    if (id !== "ink" && id !== "react") return undefined;
    return kind === "require-call" ? `\0${id}` : { id, external: true };
  },
  load: (id) => made[id],
};

/** Returns the path of the converted file. */
export const convertInkTable = async (): Promise<string> => {
  const file = join(root, "node_modules/.cache/clawback/ink-table.js");
  await build({
    input: "\0whole",
    platform: "node",
    plugins: [requireBecomesImport],
    output: { file },
  });
  return file;
};
