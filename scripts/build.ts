import { glob, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build, type BuildOptions, type Plugin } from "rolldown";
import { convertInkTable } from "./ink-table.ts";
import { lateSegmenters } from "./late-segmenters.ts";
import { pieces } from "./pieces.ts";
import { withoutFetch } from "./without-fetch.ts";

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
  resolveId: { filter: { id: /^react-devtools-core$/ }, handler: (id) => `\0${id}` },
  load: {
    filter: { id: /^\0react-devtools-core$/ },
    handler: () => "export default { initialize() {}, connectToDevTools() {} };",
  },
};

/**
 * Asks Node for what it brings as a call and not as an import: who imports a module of Node is given all that is in it,
 * and for that Node loads what its rarely used parts need: a line editor with `node:fs`, all of Web Crypto with
 * `node:crypto`. It takes a tenth of a listing.
 */
const builtinsByCall: Plugin = {
  name: "builtins-by-call",
  renderChunk: (code) =>
    code.replaceAll(/^import \{([^}]*)\} from "(node:[^"]+)";$/gm, (_, names: string, builtin: string) =>
      builtin === late
        ? lateCalls(names)
        : `const {${names.replaceAll(" as ", ": ")}} = ${builtinOf(builtin)};`,
    ),
};

const builtinOf = (name: string): string => `globalThis.process.getBuiltinModule("${name}")`;

/** All that it gives are functions, few commands call one, and it brings the line editor and what watches files along. */
const late = "node:fs/promises";

/** Loads it with the first call: a piece holds what one of its commands needs, and is loaded with all of it by each. */
const lateCalls = (names: string): string =>
  names
    .split(",")
    .map((each) => each.trim().split(" as "))
    .map(
      ([name = "", called = name]) => `const ${called} = (...given) => ${builtinOf(late)}.${name}(...given);`,
    )
    .join("\n");

const shared: BuildOptions = {
  cwd: root,
  // Nothing is imported from the program.
  preserveEntrySignatures: false,
  platform: "node",
  // Native packages, and one that loads parts of itself by name, stay outside.
  external: ["lz4-napi", "systeminformation", /^@napi-rs\//],
  transform: {
    target: "node24",
    define: { "process.env.NODE_ENV": '"production"', CLAWBACK_VERSION: JSON.stringify(version) },
  },
  // Of json5 the ES module: what imports a CommonJS one is loaded with a file of helpers beside it.
  resolve: { alias: { "ink-table": await convertInkTable(), json5: "json5/dist/index.mjs" } },
  plugins: [noDevtools, withoutFetch, lateSegmenters, builtinsByCall],
};

const written = {
  dir: join(root, "dist"),
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  // One letter that is not ASCII makes V8 keep the whole file in two bytes a letter.
  charset: "ascii",
  // What stands in stack traces keeps its name, and what is only seen inside of it does not: a fifth of the bytes.
  minify: {
    compress: true,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: true },
  },
} as const;

await rm(written.dir, { recursive: true, force: true });
await build({
  ...shared,
  input: { main: join(root, "src/ui/main.ts") },
  output: { ...written, codeSplitting: { groups: pieces } },
});
for await (const file of glob("src/**/*.{worker,child}.ts", { cwd: root })) {
  await build({
    ...shared,
    input: { [basename(file, ".ts")]: join(root, file) },
    output: { ...written, codeSplitting: false },
  });
}
