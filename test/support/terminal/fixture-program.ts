import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../../..");

/** Node runs no .tsx: the fixture is bundled as the product is, with everything in it. Returns its path. */
export const buildFixture = async (): Promise<string> => {
  const folder = join(root, "node_modules/.cache/clawback-fixture");
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `fixture-${process.pid}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, "fixture.tsx")],
    outfile,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: "esm",
    platform: "node",
    target: "node24",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    // Ink asks for React's developer tools only in development; any module will do in their place.
    alias: { "react-devtools-core": "node:util" },
    banner: {
      js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
    },
    logLevel: "warning",
  });
  return outfile;
};
