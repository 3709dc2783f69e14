import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import { severities, type Severity } from "./alert.ts";
import { mistakeIn, ownRule, type OwnRule } from "./own-rule.ts";
import { translate } from "./prometheus-translate.ts";

/**
 * Reads a Prometheus alert rule file (`groups: [{ rules: [{ alert, expr, for, labels, annotations }] }]`) into own
 * rules, where its expressions use our metric names and say what our language can say. What does not translate is
 * refused with its line and its reason; nothing is imported half.
 */
export type Import = {
  readonly rules: readonly OwnRule[];
  readonly refused: readonly { readonly line: number; readonly rule?: string; readonly reason: string }[];
};

/** Files are handed in whole; a rule file of this size is none. */
const longest = 1_000_000;

export const importPrometheusRules = (text: string): Import => {
  if (text.length > longest) return { rules: [], refused: [{ line: 1, reason: "larger than a megabyte" }] };
  const lines = new LineCounter();
  // Aliases multiply; no rule file needs them.
  const document = parseDocument(text, { lineCounter: lines, strict: true });
  const lineOf = (node: unknown): number =>
    isNode(node) && Array.isArray(node.range) ? lines.linePos(node.range[0]).line : 1;
  const [wrong] = document.errors;
  if (wrong !== undefined) {
    return { rules: [], refused: [{ line: wrong.linePos?.[0].line ?? 1, reason: firstLine(wrong.message) }] };
  }
  const rules: OwnRule[] = [];
  const refused: Import["refused"][number][] = [];
  const groups = isMap(document.contents) ? document.contents.get("groups", true) : undefined;
  if (!isSeq(groups))
    return { rules, refused: [{ line: lineOf(document.contents), reason: "no groups in it" }] };
  for (const group of groups.items) {
    const list = isMap(group) ? group.get("rules", true) : undefined;
    if (!isSeq(list)) {
      refused.push({ line: lineOf(group), reason: "a group without rules" });
      continue;
    }
    for (const item of list.items) {
      const read = ruleIn(item);
      if (typeof read === "string") refused.push({ line: lineOf(item), reason: read });
      else if ("reason" in read)
        refused.push({ line: lineOf(read.node), rule: read.rule, reason: read.reason });
      else if (rules.some((each) => each.name === read.name)) {
        refused.push({ line: lineOf(item), rule: read.name, reason: "a second rule of this name" });
      } else rules.push(read);
    }
  }
  return { rules, refused };
};

type Refusal = { readonly rule: string; readonly node: unknown; readonly reason: string };

const known = new Set(["alert", "expr", "for", "labels", "annotations"]);

const ruleIn = (item: unknown): OwnRule | Refusal | string => {
  if (!isMap(item)) return "not a rule";
  const alert = textOf(item.get("alert", true));
  if (alert === undefined) return "not an alerting rule (recording rules compute metrics; we only read ours)";
  const name = kebab(alert);
  const stranger = item.items.find((pair) => !known.has(textOf(pair.key) ?? ""));
  if (stranger !== undefined) {
    return {
      rule: name,
      node: stranger.key,
      reason: `"${textOf(stranger.key) ?? "?"}" has no counterpart here`,
    };
  }
  const expression = item.get("expr", true);
  const translated = translate(textOf(expression) ?? "");
  if ("reason" in translated) return { rule: name, node: expression, reason: translated.reason };
  const wrong = mistakeIn(translated.when);
  if (wrong !== undefined) return { rule: name, node: expression, reason: wrong };
  const labels = item.get("labels", true);
  const annotations = item.get("annotations", true);
  const asked = isMap(labels) ? textOf(labels.get("severity", true)) : undefined;
  const severity = severityOf(asked);
  const lasting = item.get("for", true);
  const summary = isMap(annotations) ? textOf(annotations.get("summary", true)) : undefined;
  const parsed = ownRule.safeParse({
    name,
    when: translated.when,
    severity,
    priority: severity === "critical" ? "P1" : severity === "warning" ? "P2" : "P3",
    ...(textOf(lasting) === undefined ? {} : { for: textOf(lasting) }),
    ...(summary === undefined || summary.includes("{{") ? {} : { next: summary.slice(0, 300) }),
    ...(translated.gateways.length === 0 ? {} : { gateways: translated.gateways }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { rule: name, node: item, reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "?"}` };
};

const severityOf = (asked: string | undefined): Severity =>
  severities.find((each) => each === asked) ?? (asked === "page" ? "critical" : "warning");

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "range" in value;

const textOf = (node: unknown): string | undefined => {
  if (!isScalar(node)) return undefined;
  return typeof node.value === "string"
    ? node.value
    : typeof node.value === "number"
      ? String(node.value)
      : undefined;
};

/** ContextTooFull → context-too-full */
const kebab = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();

const firstLine = (text: string): string => text.split("\n")[0] ?? text;
