import { join, relative } from "node:path";
import { build } from "rolldown";
import { describe, expect, it } from "vitest";
import { pieces } from "../../../scripts/pieces.ts";

const root = join(import.meta.dirname, "../../..");

/** Every file and package that one loads with itself; what it loads when it comes to need it is not among them. */
const loadedWith = async (entry: string): Promise<readonly string[]> => {
  const { output } = await build({
    cwd: root,
    input: join(root, entry),
    write: false,
    platform: "node",
    preserveEntrySignatures: false,
    external: /^[^./]/,
    output: { codeSplitting: { groups: pieces } },
  });
  const chunks = output.filter((each) => each.type === "chunk");
  const seen = new Set<string>();
  const waiting = chunks.filter(({ isEntry }) => isEntry);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.fileName)) continue;
    seen.add(next.fileName);
    const { imports } = next;
    waiting.push(...chunks.filter(({ fileName }) => imports.includes(fileName)));
  }
  return chunks
    .filter(({ fileName }) => seen.has(fileName))
    .flatMap(({ moduleIds, imports }) => [...moduleIds.map((id) => relative(root, id)), ...imports]);
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
    const loaded = await loadedWith(`src/ui/cli/commands/${command}.ts`);
    expect(loaded).toContain("src/core/open-vault.ts");
    expect(
      loaded.filter((file) =>
        /^(?:src\/(?:watch|clients|demo|ui\/config\/schema|ui\/console)|zod|react|ink|ws|yaml)/.test(file),
      ),
    ).toEqual([]);
  });
});

describe("the console", () => {
  it.each([
    "cli/commands/console.ts",
    "cli/commands/demo.ts",
    "config/index.ts",
    "run-console.ts",
    "console/open-console.ts",
    "console/plain/open-plain.ts",
  ])(
    "draws its first frame before it loads React, sockets, state directories, the vault, a language or a reader of YAML: %s",
    async (entry) => {
      const loaded = await loadedWith(`src/ui/${entry}`);
      expect(loaded).toContain(`src/ui/${entry}`);
      expect(
        loaded.filter((file) =>
          /^(?:src\/(?:clients\/(?!sentences)|openclaw|core|keeping|demo|watch\/effects|ui\/takeback-desk)|ws|yaml|json5|react|ink)|\/language\/(?:simplified|traditional)/.test(
            file,
          ),
        ),
      ).toEqual([]);
    },
  );

  it("speaks without a screen where lines are wanted", async () => {
    const loaded = await loadedWith("src/ui/console/plain/open-plain.ts");
    expect(loaded.filter((file) => /^(?:react|ink)/.test(file))).toEqual([]);
  });
});
