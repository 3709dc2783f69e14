import { clockTime } from "../../src/ground/index.ts";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replay, type Effect, type Model } from "../../src/watch/index.ts";

import { play } from "../support/replay.ts";
import { eventsOf } from "../support/story.ts";

/** Each folder of scenarios/ is a story and what must be made of it; see the README there. */
const root = join(import.meta.dirname, "scenarios");
const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory());

type Outcome = {
  readonly alerts: readonly string[];
  readonly happenings: readonly string[];
  readonly incidents: readonly unknown[];
};

const outcome = (model: Model, effects: readonly Effect[]): Outcome => ({
  alerts: alike(
    model,
    effects.flatMap((effect) => {
      if (effect.kind !== "record-alert") return [];
      const { alert } = effect;
      const at = alert.resolvedAt ?? Math.max(alert.firedAt ?? 0, alert.evidenceAt);
      const about = alert.subject === undefined ? "" : ` ${alert.subject}`;
      return [
        `${clockTime(at)} ${alert.state === "resolved" ? "resolved" : alert.severity} ${alert.priority} ${alert.gateway} ${alert.rule}${about}: ${alert.evidence}`,
      ];
    }),
  ),
  happenings: model.gateways
    .flatMap((gateway) =>
      gateway.happenings
        .filter((each) => each.kind !== "connection" && each.kind !== "config")
        .map((each) => `${clockTime(each.at)} ${gateway.identity.name} ${each.kind}: ${each.text}`),
    )
    .slice(0, 20),
  incidents: model.incidents.map((incident) => ({
    title: incident.title,
    kind: incident.kind,
    priority: `${incident.priority}: ${incident.priorityReason}`,
    state: incident.state,
    onset: `${clockTime(incident.onset.at)} ${incident.onset.reason}`,
    ...(incident.suspect === undefined ? {} : { suspect: incident.suspect }),
    gateways: incident.gateways.length,
    lastGood: incident.lastGood.map((good) => `${good.gateway} ${good.snapshot}: ${good.reasons.join(", ")}`),
    timeline: alike(
      model,
      incident.timeline.map(
        (entry) => `${clockTime(entry.at)} ${entry.kind} ${entry.gateway ?? "*"}: ${entry.text}`,
      ),
    ),
  })),
});

/** Lines that differ in nothing but the gateway become one, so that two hundred of them can be read. */
const alike = (model: Model, lines: readonly string[]): readonly string[] => {
  const names = new Set(model.gateways.map((gateway) => gateway.identity.name));
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const key = line.replace(/[\w-]+/g, (word) => (names.has(word) ? "<gateway>" : word));
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].flatMap(([key, members]) =>
    members.length < 5 ? members : [`${key} (${members.length} times)`],
  );
};

describe("a scenario", () => {
  it.each(folders.map((folder) => folder.name))("%s comes out as expected", async (name) => {
    const folder = join(root, name);
    const recorded = join(folder, "events.ndjson");
    const { model, effects } = existsSync(recorded)
      ? replay(readFileSync(recorded, "utf8").split("\n"))
      : play(eventsOf(JSON.parse(readFileSync(join(folder, "story.json"), "utf8"))).events);
    await expect(`${JSON.stringify(outcome(model, effects), undefined, 2)}\n`).toMatchFileSnapshot(
      join(folder, "expected.json"),
    );
  });
});
