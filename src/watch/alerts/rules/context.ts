import type { GatewayModel, SessionModel } from "../../gateway-model.ts";
import { pressureOf, usageOf } from "../../intake/sessions.ts";
import { command } from "../command.ts";
import { ratio } from "../quantity.ts";
import {
  atOnce,
  gatewayRule,
  type Finding,
  type Rule,
  type Verdict,
  type View,
  worseFirst,
} from "../rule.ts";
import { isLive, still } from "../seen.ts";

/** How full sessions are: by the gateway's estimate of the next prompt, and by what the provider last counted. */

/** It must fall this far below a threshold before it counts as below. */
const hysteresis = 0.05;
const atMost = 20;

/**
 * The critical before the rest, then those that people have been told of already: of many sessions that are about as
 * full, each round of numbers would otherwise take some out and others in, and people would hear of it every time.
 */
const worstFirst = (findings: readonly Finding[], view: View): readonly Finding[] =>
  findings.length <= atMost
    ? findings.toSorted(byValue)
    : findings
        .toSorted(
          (a, b) =>
            worseFirst(a, b) ||
            Number(view.holds(b.subject)) - Number(view.holds(a.subject)) ||
            byValue(a, b),
        )
        .slice(0, atMost);

const byValue = (a: Finding, b: Finding): number => (b.value ?? 0) - (a.value ?? 0);

type Limits = { readonly warning: number; readonly critical: number };

type Found = Pick<GatewayModel, "alerts"> & {
  readonly limits: Limits;
  readonly findings: readonly Finding[];
};

/** Judges each session once for as long as neither the sessions of its gateway nor what already fires have changed. */
const perSession = (
  judgeIn: (view: View, limits: Limits) => (session: SessionModel) => Finding | undefined,
): ((view: View, limits: Limits) => Verdict) => {
  const known = new WeakMap<GatewayModel["sessions"], Found>();
  return (view, limits) => {
    if (!isLive(view)) return "unknown";
    const { sessions, alerts } = view.gateway;
    const before = known.get(sessions);
    if (before?.alerts === alerts && before.limits === limits) return before.findings;
    const judge = judgeIn(view, limits);
    const findings: Finding[] = [];
    for (const session of sessions.values()) {
      const finding = judge(session);
      if (finding !== undefined) findings.push(finding);
    }
    const worst = findings.length === 0 ? findings : worstFirst(findings, view);
    known.set(sessions, { alerts, limits, findings: worst });
    return worst;
  };
};

const contextPressure = gatewayRule({
  id: "context-pressure",
  title: "Context pressure",
  explains:
    "The estimated next prompt against the budget it must fit in. Beyond 100 % the next turn is compacted or fails.",
  severity: "warning",
  priority: "P2",
  incident: "context-overflow",
  hold: atOnce,
  vital: "context_pressure",
  thresholds: { warning: ratio, critical: ratio },
  defaults: { warning: 0.8, critical: 1 },
  judge: perSession((view, { warning, critical }) => ({ facts, at }) => {
    const pressure = pressureOf(facts);
    if (pressure === undefined) return undefined;
    const overflow = facts.budget?.overflowTokens ?? 0;
    const beyond = pressure > critical || overflow > 0;
    const edge = view.holds(facts.key) ? warning - hysteresis : warning;
    if (!beyond && pressure <= edge) return undefined;
    return {
      subject: facts.key,
      ...(beyond ? { severity: "critical", priority: "P1" } : {}),
      evidence: {
        say: "context-pressure",
        pressure,
        limit: beyond ? critical : warning,
        over: overflow,
        ...(facts.budget === undefined
          ? {}
          : {
              needs: facts.budget.estimatedPromptTokens,
              budget: facts.budget.promptBudgetTokens,
              route: facts.budget.route,
            }),
      },
      at,
      next: nextStep(view.gateway.identity.name, facts.key, beyond),
      value: pressure,
      threshold: beyond ? critical : warning,
    };
  }),
});

/**
 * A turn that still fits can be kept; one that does not may be the first of many to fail, and who looks only once never
 * sees it fail. What a rollback would put aside is shown before anything is moved.
 */
const nextStep = (gateway: string, key: string, beyond: boolean): string =>
  beyond
    ? command(gateway, "session", "rollback", key, "--snapshot-id", "last-good", "--dry-run")
    : command(gateway, "session", "snapshot", key, "--name", "before-overflow");

const contextUsage = gatewayRule({
  id: "context-usage",
  title: "Context usage",
  explains: "The last prompt the provider counted against the model's window; unknown while it is not fresh.",
  severity: "warning",
  priority: "P2",
  incident: "context-overflow",
  hold: atOnce,
  vital: "context_usage",
  thresholds: { warning: ratio, critical: ratio },
  defaults: { warning: 0.8, critical: 0.95 },
  judge: perSession((view, { warning, critical }) => {
    let next: string | undefined;
    return ({ facts, at }) => {
      const usage = usageOf(facts);
      if (usage === undefined) {
        // The number goes away while a turn runs. That is no relief.
        return view.holds(facts.key) && facts.running ? still(view, "context-usage", facts.key) : undefined;
      }
      const edge = view.holds(facts.key) ? warning - hysteresis : warning;
      if (usage <= edge) return undefined;
      const worst = usage > critical;
      return {
        subject: facts.key,
        ...(worst ? { severity: "critical" } : {}),
        evidence: {
          say: "context-usage",
          ...(facts.usedTokens === undefined ? {} : { used: facts.usedTokens }),
          ...(facts.windowTokens === undefined ? {} : { window: facts.windowTokens }),
          usage,
          limit: worst ? critical : warning,
        },
        at,
        next: (next ??= command(view.gateway.identity.name, "session", "list")),
        value: usage,
        threshold: worst ? critical : warning,
      };
    };
  }),
});

export const context: readonly Rule[] = [contextPressure, contextUsage];
