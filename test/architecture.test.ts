import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { impureGlobals, layers } from "../scripts/layers.ts";

/**
 * A guard that never bites may have lost its teeth without anybody noticing. So every row of the import table is
 * broken once in a copy of the project, and the linter must catch exactly the files planted to be caught.
 */
const root = join(import.meta.dirname, "..");

type Plant = { readonly file: string; readonly text: string; readonly caught: boolean };

const importOf = (from: string, layer: string, depth: number): string =>
  `import * as it from "${"../".repeat(depth)}${layer}/index.ts";\nexport const planted${from} = it;\n`;

const plants: readonly Plant[] = [
  ...layers.flatMap((layer) =>
    layer.refuses.map((refused) => ({
      file: `src/${layer.name}/planted/from-${refused}.ts`,
      text: importOf("Layer", refused, 2),
      caught: true,
    })),
  ),
  ...layers.flatMap((layer) =>
    (layer.packages ?? [])
      .filter((name) => !name.includes("*"))
      .map((name) => ({
        file: `src/${layer.name}/planted/package-${name.replace(/\W/g, "-")}.ts`,
        text: `import * as it from "${name}";\nexport const plantedPackage = it;\n`,
        caught: true,
      })),
  ),
  ...[
    "core/vault/secret.ts",
    "clients/wire/frame.ts",
    "clients/services/drive.ts",
    "watch/alerts/rules.ts",
    "openclaw/layout.ts",
  ].map((inner) => ({
    file: `src/ui/planted/behind-${inner.replace(/\W/g, "-")}.ts`,
    text: `import * as it from "../../${inner}";\nexport const plantedDoor = it;\n`,
    caught: true,
  })),
  {
    file: "src/watch/planted/behind-clients.ts",
    text: `import type * as it from "../../clients/facts.ts";\nexport type Planted = typeof it;\n`,
    caught: true,
  },
  {
    file: "src/ui/console/screens/planted-call.ts",
    text: importOf("Call", "core", 3),
    caught: true,
  },
  {
    file: "src/ui/console/screens/planted-effect.ts",
    text: `import { act } from "../effects/act.ts";\nexport const planted = act;\n`,
    caught: true,
  },
  ...impureGlobals.map((name) => ({
    file: `src/watch/planted/global-${name}.ts`,
    text: `export const planted: unknown = ${name};\n`,
    caught: true,
  })),
  ...[
    "src/core/manifest",
    "src/core/compare",
    "src/core/retention",
    "src/core/refs",
    "src/clients/wire",
    "src/clients/sentences",
    "src/watch",
    "src/ui/console/state",
  ].map((folder) => ({
    file: `${folder}/planted-node.ts`,
    text: `import { readFileSync } from "node:fs";\nexport const planted = readFileSync;\n`,
    caught: true,
  })),
  { file: "src/core/planted/default.ts", text: "export default 3;\n", caught: true },
  { file: "src/core/planted/any.ts", text: "export const planted = (a: any): unknown => a;\n", caught: true },
  {
    file: "src/core/planted/floating.ts",
    text: `import { rename } from "node:fs/promises";\nexport const planted = (): void => {\n  rename("a", "b");\n};\n`,
    caught: true,
  },
  {
    file: "src/core/planted/switch.ts",
    text: `export const planted = (a: "x" | "y"): number => {\n  switch (a) {\n    case "x":\n      return 1;\n  }\n  return 0;\n};\n`,
    caught: true,
  },
  // What the table allows must go through, or people would learn to go around the linter.
  { file: "src/ui/planted/allowed.ts", text: importOf("Allowed", "core", 2), caught: false },
  // Effects are a door of their own, so that a screen that only draws does not load what acts; so are the sentences of
  // the clients, so that who only says them does not load sockets.
  ...[
    { from: "ui", door: "watch/effects", inner: "outputs/index.ts" },
    { from: "watch", door: "clients/sentences", inner: "connection.ts" },
  ].flatMap(({ from, door, inner }): readonly Plant[] => {
    const name = door.replace("/", "-");
    const text = (file: string): string =>
      `import * as it from "../../${door}/${file}";\nexport const planted = it;\n`;
    return [
      { file: `src/${from}/planted/behind-${name}.ts`, text: text(inner), caught: true },
      { file: `src/${from}/planted/door-${name}.ts`, text: text("index.ts"), caught: false },
    ];
  }),
  { file: "src/watch/effects/planted-allowed.ts", text: importOf("Allowed", "core", 2), caught: false },
  {
    file: "src/ui/console/screens/planted-type.ts",
    text: `import type { GatewayEvent } from "../../../clients/index.ts";\nexport type Planted = GatewayEvent;\n`,
    caught: false,
  },
  {
    file: "src/watch/effects/planted-clock.ts",
    text: `import { readFileSync } from "node:fs";\nexport const planted = [readFileSync, Date];\n`,
    caught: false,
  },
  { file: "src/core/planted/ground.ts", text: importOf("Ground", "ground", 2), caught: false },
  {
    file: "src/core/planted/node.ts",
    text: `import { readFileSync } from "node:fs";\nexport const planted = readFileSync;\n`,
    caught: false,
  },
];

let copy = "";
let caught: ReadonlySet<string> = new Set();

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "clawback-layers-"));
  for (const each of ["src", "scripts", "oxlint.config.ts", "package.json", "tsconfig.json"]) {
    await cp(join(root, each), join(copy, each), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  for (const plant of plants) {
    await mkdir(dirname(join(copy, plant.file)), { recursive: true });
    await writeFile(join(copy, plant.file), plant.text);
  }
  const report = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [join(root, "node_modules/oxlint/bin/oxlint"), "--format=json", "src"],
      { cwd: copy, maxBuffer: 64 << 20 },
      (_error, stdout) => {
        resolve(stdout);
      },
    );
  });
  const found = JSON.parse(report) as { diagnostics: readonly { filename: string }[] };
  caught = new Set(found.diagnostics.map((each) => each.filename));
});

afterAll(async () => {
  await rm(copy, { recursive: true, force: true });
});

it("imports zod as a namespace, because its named z brings every language of the world into the bundle", async () => {
  for await (const file of glob("src/**/*.{ts,tsx}", { cwd: root })) {
    expect(await readFile(join(root, file), "utf8"), file).not.toMatch(
      /import [^;]*\{[^}]*\bz\b[^}]*\} from "zod"|\} = z;/,
    );
  }
});

describe("the import table", () => {
  it.each(plants.filter((plant) => plant.caught).map((plant) => [plant.file] as const))(
    "catches %s",
    (file) => {
      expect(caught).toContain(file);
    },
  );

  it.each(plants.filter((plant) => !plant.caught).map((plant) => [plant.file] as const))(
    "lets %s through",
    (file) => {
      expect(caught).not.toContain(file);
    },
  );
});

describe("the table of dependencies", () => {
  it("says why each package is here, and names none that is not", async () => {
    const declared = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<
      "dependencies" | "devDependencies",
      Record<string, string>
    >;
    const types = (name: string): boolean => name.startsWith("@types/");
    const wanted = Object.keys({ ...declared.dependencies, ...declared.devDependencies }).filter(
      (name) => !types(name),
    );
    const text = await readFile(join(root, "ARCHITECTURE.md"), "utf8");
    const table = text.slice(text.indexOf("## Dependencies"), text.indexOf("## How to add"));
    const explained = [...table.matchAll(/^\| ([^|]+?) +\|/gm)]
      .flatMap(([, names]) => (names ?? "").replace("(development)", "").split(","))
      .map((name) => name.trim())
      .filter((name) => name !== "package" && !name.startsWith("-"));
    expect(explained.toSorted()).toEqual(wanted.toSorted());
  });
});
