import { bytes, percent } from "../../ground/index.ts";
import { catalogue } from "../alerts/catalogue.ts";
import type { Priority, Severity } from "../alerts/alert.ts";
import { durationMs, ratio, sizeBytes } from "../alerts/quantity.ts";
import { ruleOf } from "../alerts/own-rule.ts";
import { urgency, type AlertSettings } from "../alerts/settings.ts";
import { milliseconds } from "../vitals/words.ts";

/** One rule as it is set, for `alerts rules`. */
export type RuleRow = {
  readonly id: string;
  readonly title: string;
  readonly explains: string;
  readonly severity: Severity;
  readonly priority: Priority;
  readonly enabled: boolean;
  readonly own: boolean;
  readonly forMs: number;
  readonly thresholds: readonly {
    readonly name: string;
    readonly value: unknown;
    readonly words: string;
    readonly changed: boolean;
  }[];
};

export const ruleRows = (settings: AlertSettings): readonly RuleRow[] => [
  ...catalogue.map((rule): RuleRow => {
    const changes = settings.rules[rule.id] ?? {};
    const { enabled, priority, severity, for: forMs } = urgency.parse(changes);
    const given = new Map<string, unknown>(Object.entries(changes));
    return {
      id: rule.id,
      title: rule.title,
      explains: rule.explains,
      severity: severity ?? rule.severity,
      priority: priority ?? rule.priority,
      enabled: enabled ?? true,
      own: false,
      forMs: forMs ?? rule.hold.forMs,
      thresholds: Object.keys(rule.thresholds).map((name) => {
        const value = given.get(name) ?? rule.defaults[name];
        return { name, value, words: written(rule.thresholds[name], value), changed: given.has(name) };
      }),
    };
  }),
  ...settings.own.map((own): RuleRow => {
    const rule = ruleOf(own);
    return {
      id: own.name,
      title: own.name,
      explains: own.when,
      severity: own.severity,
      priority: own.priority,
      enabled: true,
      own: true,
      forMs: rule.hold.forMs,
      thresholds: [],
    };
  }),
];

const written = (schema: unknown, value: unknown): string => {
  if (typeof value !== "number") return String(value);
  if (schema === durationMs) return milliseconds(value);
  if (schema === sizeBytes) return bytes(value);
  return schema === ratio ? percent(value) : String(value);
};
