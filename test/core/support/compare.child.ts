import { openVault } from "../../../src/core/index.ts";

/** Looks at two snapshots as a comparison does, and says how many files differ and which native packages that took. */
const [directory = "", keyFile = "", a = "", b = ""] = process.argv.slice(2);
const vault = await openVault(directory, { keys: { keyFile } });
const [, { files }] = await vault.sideBySide(a, b);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's types leave its report open
const { sharedObjects } = process.report.getReport() as unknown as {
  readonly sharedObjects: readonly string[];
};
process.stdout.write(
  JSON.stringify({ files: files.length, native: sharedObjects.filter((each) => each.endsWith(".node")) }),
);
