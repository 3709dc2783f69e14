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
  /** From which priority on the console rings the terminal's bell; absent: never. */
  bell: z.enum([...priorities, "never"]).default("P1"),
  exec: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        /** Program and arguments, without a shell. Facts come in CLAWBACK_* variables. */
        argv: z.array(z.string()).min(1),
        from: z.enum(priorities).default("P2"),
        timeout: durationMs.default(10_000),
      }),
    )
    .max(20)
    .default([]),
  webhooks: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        url: z.url({ protocol: /^https?$/ }),
        from: z.enum(priorities).default("P2"),
        /** The variable that holds the key the body is signed with. */
        secretEnv: z.exactOptional(z.string().min(1)),
        timeout: durationMs.default(10_000),
        attempts: z.int().min(1).max(10).default(5),
      }),
    )
    .max(20)
    .default([]),
});

export const alertSettings = z.strictObject({
  rules: ruleChanges.default({}),
  /** Other thresholds for some gateways, by name or label; later ones win. */
  overrides: z
    .array(
      z.strictObject({
        gateways: z.array(z.string()).default([]),
        labels: z.array(z.string()).default([]),
        rules: ruleChanges,
      }),
    )
    .max(200)
    .default([]),
  /** Rules of one's own, in the small language of expression/. */
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
    }),
  /** SHA-256 (hex) of values that must never stand in a log, each with the name it is reported under. */
  knownSecrets: z
    .array(z.strictObject({ name: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/i) }))
    .max(1_000)
    .default([]),
  /** Take a snapshot of a local gateway when an alert of P0 or P1 fires on it. */
  anomalySnapshots: z.boolean().default(true),
  outputs: outputs.prefault({}),
});

export type AlertSettings = z.output<typeof alertSettings>;

export const defaultAlertSettings: AlertSettings = alertSettings.parse({});
