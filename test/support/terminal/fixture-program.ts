import { join } from "node:path";
import { build } from "rolldown";

const root = join(import.meta.dirname, "../../..");

/** Node runs no .tsx: the fixture is bundled as the product is, with everything in it. Returns its path. */
export const buildFixture = async (): Promise<string> => {
  const file = join(root, `node_modules/.cache/clawback-fixture/fixture-${process.pid}.js`);
  await build({
    input: join(import.meta.dirname, "fixture.tsx"),
    platform: "node",
    transform: { target: "node24", define: { "process.env.NODE_ENV": '"production"' } },
    // Ink asks for React's developer tools only in development; any module will do in their place.
    resolve: { alias: { "react-devtools-core": "node:util" } },
    output: { file, codeSplitting: false, minify: { compress: true, mangle: false } },
  });
  return file;
};
