import * as z from "zod";
import { priorities, severities } from "./alert.ts";
import { catalogue } from "./catalogue.ts";
import { ownRule } from "./own-rule.ts";
import { durationMs } from "./quantity.ts";

/**
 * What the configuration may say under `alerts`. Every rule of the catalogue has its own thresholds with defaults;
 * what is not written stays as it is, and what cannot be understood names its place.
 */

const howUrgent = {
  enabled: z.exactOptional(z.boolean()),
  priority: z.exactOptional(z.enum(priorities)),
  severity: z.exactOptional(z.enum(severities)),
  /** How long it must hold before it fires. */
  for: z.exactOptional(durationMs),
};

/** The part of a rule's settings that every rule has. */
export const urgency = z.object(howUrgent);

const ruleChanges = z.strictObject(
  Object.fromEntries(
    catalogue.map((rule) => [
      rule.id,
      z.exactOptional(z.strictObject(rule.thresholds).partial().extend(howUrgent)),
    ]),
  ),
);

const outputs = z.strictObject({
  bell: z
    .enum([...priorities, "never"])
    .default("P1")
    .describe("from which priority on the console rings the terminal's bell"),
  exec: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        argv: z
          .array(z.string())
          .min(1)
          .describe("program and arguments, without a shell; facts come in CLAWBACK_* variables"),
        from: z
          .enum(priorities)
          .default("P2")
          .describe("told of alerts of this priority and more urgent ones"),
        timeout: durationMs.default(10_000).describe("how long it may run"),
      }),
    )
    .max(20)
    .default([])
    .describe("programs that are run for each alert"),
  webhooks: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        url: z.url({ protocol: /^https?$/ }).describe("where alerts are posted as JSON"),
        from: z
          .enum(priorities)
          .default("P2")
          .describe("told of alerts of this priority and more urgent ones"),
        secretEnv: z
          .exactOptional(z.string().min(1))
          .describe("the variable that holds the key the body is signed with"),
        timeout: durationMs.default(10_000).describe("how long an answer may take"),
        attempts: z.int().min(1).max(10).default(5).describe("how often it is tried in all"),
      }),
    )
    .max(20)
    .default([])
    .describe("addresses that each alert is posted to"),
});

export const alertSettings = z.strictObject({
  rules: ruleChanges.default({}).describe("thresholds and urgency of built-in rules"),
  overrides: z
    .array(
      z.strictObject({
        gateways: z.array(z.string()).default([]).describe("names of the gateways it is for"),
        labels: z.array(z.string()).default([]).describe("or labels of them"),
        rules: ruleChanges,
      }),
    )
    .max(200)
    .default([])
    .describe("other thresholds for some gateways; later ones win"),
  own: z
    .array(ownRule)
    .max(200)
    .default([])
    .superRefine((rules, context) => {
      const names = new Set(catalogue.map((rule) => rule.id));
      rules.forEach(({ name }, place) => {
        if (names.has(name)) {
          context.addIssue({
            code: "custom",
            path: [place, "name"],
            message: "there is a rule of this name already",
          });
        }
        names.add(name);
      });
    })
    .describe("rules of your own, such as `agent_count > 10 and lag_p99 > 200ms for 2m`"),
  knownSecrets: z
    .array(z.strictObject({ name: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/i) }))
    .max(1_000)
    .default([])
    .describe(
      "SHA-256 (hex) of values that must never stand in a log, each with the name it is reported under",
    ),
  outputs: outputs.prefault({}).describe("who is told of alerts"),
});

export type AlertSettings = z.output<typeof alertSettings>;

export const defaultAlertSettings: AlertSettings = alertSettings.parse({});
