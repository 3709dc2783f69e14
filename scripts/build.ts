import { glob, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { convertInkTable } from "./ink-table.ts";

/**
 * One bundle, split so that a plain command never loads the console. A file named `*.worker.ts` or `*.child.ts` runs
 * in a thread or process of its own and is therefore an entry of its own, flat in dist under the same base name.
 */
const root = join(import.meta.dirname, "..");
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

// Ink asks for React's developer tools when told to; a bundle without a stub would ask for the package at start.
const noDevtools: Plugin = {
  name: "no-devtools",
  setup(step) {
    step.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "stub" }));
    step.onLoad({ filter: /.*/, namespace: "stub" }, () => ({
      contents: "export default { initialize() {}, connectToDevTools() {} };",
    }));
  },
};

const entries: Record<string, string> = { main: join(root, "src/ui/main.ts") };
for await (const file of glob("src/**/*.{worker,child}.ts", { cwd: root })) {
  entries[basename(file, ".ts")] = join(root, file);
}

await rm(join(root, "dist"), { recursive: true, force: true });
await build({
  entryPoints: entries,
  outdir: join(root, "dist"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  jsx: "automatic",
  minify: true,
  // Names in stack traces are worth more than the few bytes.
  keepNames: true,
  chunkNames: "chunks/[name]-[hash]",
  // Native packages, and one that loads parts of itself by name, stay outside.
  external: ["lz4-napi", "systeminformation", "@napi-rs/*"],
  alias: { "ink-table": await convertInkTable() },
  define: { "process.env.NODE_ENV": '"production"', CLAWBACK_VERSION: JSON.stringify(version) },
  plugins: [noDevtools],
  banner: {
    js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
  },
  logLevel: "warning",
});
