import { priorities, type Priority } from "../alerts/alert.ts";
import type { Model } from "../model.ts";
import type { Sentence } from "../sentences/index.ts";
import type { Incident } from "./incident.ts";
import { mostTelling } from "./telling.ts";

/**
 * How much an incident hurts: the most urgent of its alerts, raised by one when it hits several gateways and a tenth
 * of the fleet or more. One gateway of three is not yet a pattern.
 */
export const impactOf = (
  model: Model,
  incident: Incident,
): { readonly priority: Priority; readonly because: Sentence } => {
  const worst = mostTelling(incident);
  const priority = worst?.priority ?? incident.priority;
  const hit = incident.gateways.length;
  const fleet = model.gateways.length;
  const because = { say: "priority-of", rule: worst?.rule ?? "?", priority, hit, fleet } as const;
  if (hit >= 3 && hit * 10 >= fleet) {
    const raised = priorities[Math.max(0, priorities.indexOf(priority) - 1)] ?? priority;
    return { priority: raised, because };
  }
  return { priority, because };
};
