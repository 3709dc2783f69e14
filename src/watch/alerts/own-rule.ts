import * as z from "zod";
import { priorities, severities } from "./alert.ts";
import { command } from "./command.ts";
import { holds, observedAt, readingsOf } from "./expression/evaluate.ts";
import { ExpressionError } from "./expression/lexer.ts";
import { parseExpression } from "./expression/parser.ts";
import { durationMs } from "./quantity.ts";
import { clear, gatewayRule, type Rule } from "./rule.ts";

/** A rule that somebody wrote in the configuration. */
export const ownRule = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/, "small letters, digits and dashes, a letter first"),
  when: z
    .string()
    .superRefine((text, context) => {
      const wrong = mistakeIn(text);
      if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
    })
    .describe("the condition, over the vitals by their names"),
  severity: z.enum(severities).default("warning"),
  priority: z.enum(priorities).default("P3"),
  for: durationMs.default(0).describe("as `for` in the expression; the longer of the two counts"),
  next: z
    .exactOptional(z.string().min(1).max(300))
    .describe("what to tell people to do; otherwise a look at the gateway"),
  gateways: z.exactOptional(z.array(z.string())).describe("only on these; absent: on every gateway"),
  labels: z.exactOptional(z.array(z.string())).describe("only on gateways with one of these"),
});

export type OwnRule = z.output<typeof ownRule>;

/** What is wrong with an expression, pointing at the place; nothing when it is right. */
export const mistakeIn = (text: string): string | undefined => {
  try {
    parseExpression(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `${error.message} (column ${error.at + 1} of ${JSON.stringify(text.slice(0, 120))})`;
  }
};

/** Own rules live and are shown as the built-in ones do. */
export const ruleOf = (own: OwnRule): Rule => {
  const { condition, forMs } = parseExpression(own.when);
  return gatewayRule({
    id: own.name,
    title: own.name,
    explains: own.when,
    severity: own.severity,
    priority: own.priority,
    incident: "other",
    hold: { forMs: Math.max(forMs, own.for), samples: 1, clearForMs: 10_000 },
    thresholds: {},
    defaults: {},
    judge: (view) => {
      const held = holds(condition, view);
      if (held === undefined) return "unknown";
      if (!held) return clear;
      const readings = readingsOf(condition, view);
      return [
        {
          evidence: { say: "own-rule", when: own.when, readings },
          at: observedAt(condition, view),
          next: own.next ?? command(view.gateway.identity.name, "status", "--deep"),
        },
      ];
    },
  });
};
