import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

/**
 * ink-table is published as CommonJS and asks for Ink with `require`, which no Node can answer: Ink is an ES module
 * with top-level await. This step makes an ES module of the installed package, with the same code inside; nothing of
 * it is committed. Both the bundle and the tests use the result.
 */
const root = join(import.meta.dirname, "..");

const requireBecomesImport: Plugin = {
  name: "require-becomes-import",
  setup(step) {
    step.onResolve({ filter: /^(ink|react)$/ }, ({ path, kind }) =>
      kind === "require-call" ? { path, namespace: "as-import" } : { path, external: true },
    );
    step.onLoad({ filter: /.*/, namespace: "as-import" }, ({ path }) => ({
      // React is CommonJS with a default export, Ink an ES module with named ones.
      contents:
        path === "react"
          ? `import it from "react"; export default it; export const __esModule = true;`
          : `export * from "ink";`,
      resolveDir: root,
    }));
  },
};

/** Returns the path of the converted file. */
export const convertInkTable = async (): Promise<string> => {
  const outfile = join(root, "node_modules/.cache/clawback/ink-table.js");
  await mkdir(dirname(outfile), { recursive: true });
  const entry = createRequire(join(root, "package.json")).resolve("ink-table");
  await build({
    stdin: { contents: `export { default } from ${JSON.stringify(entry)};`, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
    plugins: [requireBecomesImport],
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
    },
    logLevel: "error",
  });
  return outfile;
};
