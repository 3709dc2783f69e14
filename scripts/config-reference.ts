import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import * as z from "zod";
import { configSchema } from "../src/ui/config/schema.ts";
import { age } from "../src/ground/index.ts";
import { defaultAlertSettings, ruleRows } from "../src/watch/index.ts";

/**
 * docs/CONFIG.md from the schema itself, so that the reference cannot say what the program does not do. A test fails
 * when the file is not what this makes.
 */
export const referencePath = join(import.meta.dirname, "../docs/CONFIG.md");

/** What of a JSON schema is read here. */
const node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.string().optional(),
  enum: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), node).optional();
  },
  required: z.array(z.string()).optional(),
  get items() {
    return node.optional();
  },
  get anyOf() {
    return z.array(node).optional();
  },
  get oneOf() {
    return z.array(node).optional();
  },
});
type Node = z.infer<typeof node>;

/** The rules have a table of their own. */
const elsewhere: ReadonlySet<string> = new Set(["alerts.rules", "alerts.overrides[].rules"]);

const taken = (of: Node): string => {
  if (of.enum !== undefined) return of.enum.map((word) => `\`${word}\``).join(", ");
  if (of.const !== undefined) return `\`${of.const}\``;
  const choices = of.anyOf ?? of.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(taken))].join(", or ");
  if (of.type === "array") return of.items?.properties === undefined ? "a list of text" : "a list";
  if (of.type === "object" && of.properties !== undefined) {
    const parts = Object.entries(of.properties).map(([key, value]) =>
      value.const === undefined ? key : `${key}: ${JSON.stringify(value.const)}`,
    );
    return `\`{ ${parts.join(", ")} }\``;
  }
  return [of.type ?? []]
    .flat()
    .map((type) => kinds[type] ?? type)
    .join(" or ");
};

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "`true`, `false`",
  number: "a number",
  integer: "a whole number",
};

/** A value of some size is shown key by key below. */
const defaultOf = (of: Node, isRequired: boolean): string => {
  if (of.default === undefined) return isRequired ? "required" : "";
  const text = JSON.stringify(of.default);
  return text.length > 30 ? "" : `\`${text}\``;
};

const rowsOf = (of: Node, path: string): readonly (readonly string[])[] =>
  Object.entries(of.properties ?? {}).flatMap(([key, value]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const isBranch = value.properties !== undefined;
    const row = [
      `\`${name}\``,
      isBranch ? "" : taken(value),
      isBranch ? "" : defaultOf(value, of.required?.includes(key) ?? false),
      value.description ?? "",
    ];
    if (elsewhere.has(name)) return [[`\`${name}\``, "see the rules below", "", value.description ?? ""]];
    const items = value.items?.properties === undefined ? [] : rowsOf(value.items, `${name}[]`);
    return [row, ...(isBranch ? rowsOf(value, name) : []), ...items];
  });

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const ruleTable = (): string =>
  table(
    ["rule", "fires when", "P", "thresholds (default)"],
    ruleRows(defaultAlertSettings).map(({ id, explains, priority, forMs, thresholds }) => [
      `\`${id}\``,
      explains,
      priority,
      [
        ...thresholds.map(({ name, words }) => `\`${name}\` ${words}`),
        ...(forMs > 0 ? [`\`for\` ${age(forMs)}`] : []),
      ].join(", "),
    ]),
  );

export const configReference = async (): Promise<string> => {
  const schema = node.parse(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }));
  const text = `# Configuration

<!-- Made by scripts/config-reference.ts from the schema. Change the descriptions there, then run it again. -->

JSON5 (YAML is accepted), looked for at \`--config\`, \`$CLAWBACK_CONFIG\`, then \`config.json5\`, \`config.yaml\` and
\`config.yml\` in \`$XDG_CONFIG_HOME/clawback\`. Every key may be left away. A key that clawback does not know is refused
with its line: a misspelt one would be a safety net that is not there. \`clawback config check\` checks the file,
\`clawback config show\` shows what is in force, without secrets. A path that is not absolute is meant from the directory
of the file, that of a program too; \`~\` is the home.

${table(["key", "takes", "default", "what it is for"], rowsOf(schema, ""))}

## Rules

Each is set under \`alerts.rules.NAME\`: its thresholds, and \`enabled\`, \`priority\`, \`severity\` and \`for\` (how long it
must hold before it fires). \`alerts.overrides\` sets the same for some gateways, by name or label; later ones win.

${ruleTable()}
`;
  return format(text, { ...(await resolveConfig(referencePath)), parser: "markdown" });
};

if (process.argv[1] === import.meta.filename) await writeFile(referencePath, await configReference());
