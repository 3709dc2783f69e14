import { defineConfig } from "oxlint";
import { consoleViews, doors, impure, impureGlobals, innerDoors, layers, pure } from "./scripts/layers.ts";

type Pattern = { group: string[]; message: string; allowTypeImports?: boolean };

/** An override replaces the rule's earlier options, so every override below repeats what its folder already refuses. */
const patternsOf = (name: string): Pattern[] => {
  const layer = layers.find((each) => each.name === name);
  if (layer === undefined) return [];
  const behindDoors = doors.filter((door) => door !== name && !layer.refuses.includes(door));
  return [
    ...(layer.refuses.length === 0
      ? []
      : [{ group: layer.refuses.map((each) => `**/${each}/**`), message: layer.because }]),
    ...(layer.packages === undefined ? [] : [{ group: [...layer.packages], message: layer.because }]),
    ...(behindDoors.length === 0
      ? []
      : [
          {
            group: behindDoors.flatMap((door) => [
              ...behind(door),
              ...notIndex.map((start) => `../**/${door}/${start}.ts`),
            ]),
            message: "come in by the front door: the folder's index.ts.",
          },
        ]),
  ];
};

/** Everything in the folders of a door; of the one that is a door of its own, all but its index.ts. */
const behind = (door: string): string[] => {
  const inner = innerDoors[door];
  return inner === undefined
    ? [`../**/${door}/*/**`]
    : [
        ...allBut(inner).map((start) => `../**/${door}/${start}/**`),
        `../**/${door}/${inner}/*/**`,
        ...notIndex.map((start) => `../**/${door}/${inner}/${start}.ts`),
      ];
};

/** Every other name, spelt without a negation: a negated pattern would open every group of the rule. */
const allBut = (name: string): string[] =>
  Array.from(name, (letter, at) => `${name.slice(0, at)}[!${letter}]*`);

const notIndex = allBut("index");

type Rule<Option> = ["error", ...Option[]];

const restrictImports = (patterns: Pattern[]): Rule<{ patterns: Pattern[] }> => ["error", { patterns }];

const noImpureGlobals: Rule<{ name: string; message: string }> = [
  "error",
  ...impureGlobals.map((name) => ({
    name,
    message: "this folder is pure: it is told the time and asks for effects.",
  })),
];

export default defineConfig({
  plugins: ["typescript", "import", "unicorn", "react", "promise", "node", "vitest"],
  categories: { correctness: "error" },
  options: { typeAware: true },
  ignorePatterns: ["dist", "node_modules", "snapshots-fixtures", "bin"],
  rules: {
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/switch-exhaustiveness-check": "error",
    // A block with `using` or `try` is left before a promise that is returned bare has settled.
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/no-explicit-any": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-unnecessary-type-assertion": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    eqeqeq: "error",
    // Control characters are what a good part of a terminal program is about.
    "no-control-regex": "off",
    // Tests here assert through drivers and helpers that throw; the rule only knows `expect`.
    "vitest/expect-expect": "off",
    // A test of a property or a contract is rightly made inside a function or a loop.
    "vitest/require-top-level-describe": "off",
    // A second argument says which of many cases it was.
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
    // A table of cases has optional columns.
    "vitest/no-conditional-expect": "off",
  },
  overrides: [
    ...layers.map(({ name }) => ({
      files: [`src/${name}/**`],
      rules: { "no-restricted-imports": restrictImports(patternsOf(name)) },
    })),
    {
      files: [...consoleViews],
      rules: {
        "no-restricted-imports": restrictImports([
          ...patternsOf("ui"),
          {
            group: ["**/core/index.ts", "**/clients/index.ts"],
            allowTypeImports: true,
            message: "views know the types of core and clients; only effects call them.",
          },
          { group: ["**/effects/**"], message: "views draw and dispatch; effects act." },
        ]),
      },
    },
    {
      files: [...pure],
      rules: { "no-restricted-globals": noImpureGlobals, "import/no-nodejs-modules": "error" },
    },
    {
      files: [...impure],
      rules: { "no-restricted-globals": "off", "import/no-nodejs-modules": "off" },
    },
    { files: ["*.config.ts", "test/support/closing-line.ts"], rules: { "import/no-default-export": "off" } },
  ],
});
