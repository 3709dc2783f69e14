import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** Every file that a command loads with itself; what it loads when it comes to need it is not among them. */
const loadedWith = async (command: string): Promise<readonly string[]> => {
  const entry = `src/ui/cli/commands/${command}.ts`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  const seen = new Set<string>();
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const imports = metafile.inputs[next]?.imports ?? [];
    waiting.push(...imports.flatMap(({ kind, path }) => (kind === "import-statement" ? [path] : [])));
  }
  return [...seen];
};

describe("a command on the vault", () => {
  it.each([
    "snapshots-list",
    "snapshots-save",
    "snapshots-compare",
    "snapshots-verify",
    "snapshots-show",
    "vault-info",
  ])("loads neither the watch nor the schema of the configuration nor a screen: %s", async (command) => {
    const loaded = await loadedWith(command);
    expect(loaded).toContain("src/core/index.ts");
    expect(
      loaded.filter((file) =>
        /^(?:src\/(?:watch|clients|demo|ui\/config\/schema|ui\/console)|zod|react|ink|ws|yaml)/.test(file),
      ),
    ).toEqual([]);
  });
});
