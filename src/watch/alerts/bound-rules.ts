import type { GatewayIdentity } from "../gateway-model.ts";
import { catalogue } from "./catalogue.ts";
import { theVault } from "./alert.ts";
import type { Nature } from "./life.ts";
import { ruleOf } from "./own-rule.ts";
import type { Rule, Verdict, VaultView, View } from "./rule.ts";
import { urgency, type AlertSettings } from "./settings.ts";

/** A rule with the thresholds of one gateway in it. */
export type BoundRule = {
  readonly rule: Rule;
  readonly nature: Nature;
  readonly judge: (view: View | VaultView) => Verdict;
};

// Binding depends on the settings and the gateway alone, and is asked for on every tick.
const bound = new WeakMap<AlertSettings, WeakMap<object, readonly BoundRule[]>>();
const ofVault = {};

export const rulesFor = (settings: AlertSettings, gateway: GatewayIdentity): readonly BoundRule[] =>
  remembered(settings, gateway, () => [
    ...catalogue
      .filter((rule) => rule.about === "gateway")
      .flatMap((rule) => bind(rule, gateway.name, changesFor(settings, rule.id, gateway))),
    ...settings.own
      .filter((own) => isMeant(own, gateway))
      .flatMap((own) => bind(ruleOf(own), gateway.name, {})),
  ]);

export const vaultRules = (settings: AlertSettings): readonly BoundRule[] =>
  remembered(settings, ofVault, () =>
    catalogue
      .filter((rule) => rule.about === "vault")
      .flatMap((rule) => bind(rule, theVault, settings.rules[rule.id] ?? {})),
  );

type Changes = NonNullable<AlertSettings["rules"][string]>;

const changesFor = (settings: AlertSettings, id: string, gateway: GatewayIdentity): Changes => {
  let changes: Changes = settings.rules[id] ?? {};
  for (const override of settings.overrides) {
    if (isMeant(override, gateway)) changes = { ...changes, ...override.rules[id] };
  }
  return changes;
};

/** Named by its name or one of its labels; where neither is asked for, all are meant. */
const isMeant = (
  who: { readonly gateways?: readonly string[]; readonly labels?: readonly string[] },
  gateway: GatewayIdentity,
): boolean =>
  (who.gateways === undefined && who.labels === undefined) ||
  who.gateways?.includes(gateway.name) === true ||
  who.labels?.some((label) => gateway.labels.includes(label)) === true;

const bind = (rule: Rule, gateway: string, changes: Changes): readonly BoundRule[] => {
  const { enabled, priority, severity, for: forMs } = urgency.parse(changes);
  if (enabled === false) return [];
  return [
    {
      rule,
      nature: {
        rule: rule.id,
        gateway,
        severity: severity ?? rule.severity,
        priority: priority ?? rule.priority,
        hold: forMs === undefined ? rule.hold : { ...rule.hold, forMs },
      },
      judge: rule.bind(changes),
    },
  ];
};

const remembered = (
  settings: AlertSettings,
  subject: object,
  make: () => readonly BoundRule[],
): readonly BoundRule[] => {
  const known = bound.get(settings) ?? new WeakMap<object, readonly BoundRule[]>();
  bound.set(settings, known);
  const before = known.get(subject);
  if (before !== undefined) return before;
  const made = make();
  known.set(subject, made);
  return made;
};
