import { glob, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { convertInkTable } from "./ink-table.ts";

/**
 * One bundle, split so that a plain command never loads the console. A file named `*.worker.ts` or `*.child.ts` runs
 * in a thread or process of its own: it becomes one whole file, flat in dist under the same base name. Sharing code with
 * the program would cut that into dozens of small files, and each costs a command half a millisecond.
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

const workers: Record<string, string> = {};
for await (const file of glob("src/**/*.{worker,child}.ts", { cwd: root })) {
  workers[basename(file, ".ts")] = join(root, file);
}

const shared: BuildOptions = {
  outdir: join(root, "dist"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  jsx: "automatic",
  // Names in stack traces are worth more than the bytes. They stay as they are: `keepNames`, which writes short ones and
  // puts the long ones back, does so for every function each time one is made, and cost a console 4 MB.
  minifySyntax: true,
  minifyWhitespace: true,
  // Native packages, and one that loads parts of itself by name, stay outside.
  external: ["lz4-napi", "systeminformation", "@napi-rs/*"],
  define: { "process.env.NODE_ENV": '"production"', CLAWBACK_VERSION: JSON.stringify(version) },
  banner: {
    js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
  },
  logLevel: "warning",
};

await rm(join(root, "dist"), { recursive: true, force: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: { main: join(root, "src/ui/main.ts") },
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    alias: { "ink-table": await convertInkTable() },
    plugins: [noDevtools],
  }),
  build({ ...shared, entryPoints: workers }),
]);
