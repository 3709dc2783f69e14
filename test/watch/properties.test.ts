import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEvent, encodeHeader, newModel, replay, update, type Event } from "../../src/watch/index.ts";
import { limits } from "../../src/watch/gateway-model.ts";
import { incidentLimits } from "../../src/watch/incidents/incident.ts";
import { liveAlerts, modelLimits } from "../../src/watch/model.ts";
import { gatewayNames, instants, newsAt } from "../support/arbitrary-events.ts";
import { identity, midnight, play } from "../support/replay.ts";

const settings: Event = {
  kind: "settings",
  at: midnight,
  gateways: gatewayNames.map((name) => identity(name)),
  alerts: newModel(0).settings,
};

const playFrom = (events: readonly Event[]): ReturnType<typeof play> => play([settings, ...events]);

const ticked = (all: readonly (readonly Event[])[]): readonly Event[] => {
  let at = midnight;
  return all.flatMap((events) => {
    at = Math.max(
      at + 1_000,
      ...events.map((event) => (event.kind === "gateway" ? event.event.at : event.at)),
    );
    return [...events, { kind: "tick", at } as const];
  });
};

describe("whatever happens", () => {
  it("no alert is without evidence and a next step, and none is resolved that did not fire", () => {
    const rules = new Set<string>();
    fc.assert(
      fc.property(instants(midnight), (all) => {
        const firing = new Set<string>();
        const { model, effects } = playFrom(ticked(all));
        for (const alert of liveAlerts(model)) {
          expect(alert.evidence.length).toBeGreaterThan(0);
          expect(alert.next).toMatch(/^clawback \w/);
        }
        for (const effect of effects) {
          if (effect.kind !== "record-alert") continue;
          const { alert } = effect;
          if (alert.state === "resolved") {
            expect(firing).toContain(alert.id);
            expect(alert.resolvedAt).toBeGreaterThanOrEqual(alert.firedAt ?? Number.POSITIVE_INFINITY);
            firing.delete(alert.id);
          } else {
            firing.add(alert.id);
            rules.add(alert.rule);
          }
        }
      }),
      { numRuns: 150 },
    );
    // A law about alerts says nothing where there are none.
    expect(rules.size).toBeGreaterThan(5);
  });

  it("a recording plays again to the same model", () => {
    fc.assert(
      fc.property(instants(midnight), (all) => {
        const events = [settings, ...ticked(all)];
        const lines = [encodeHeader(midnight), ...events.map(encodeEvent)];
        expect(replay(lines).model).toEqual(playFrom(events.slice(1)).model);
      }),
      { numRuns: 80 },
    );
  });

  it("the order of what different gateways do in one instant does not matter", () => {
    fc.assert(
      fc.property(instants(midnight), (all) => {
        const bySource = all.map((events) =>
          events.toSorted((a, b) => (sourceOf(a) < sourceOf(b) ? -1 : sourceOf(a) > sourceOf(b) ? 1 : 0)),
        );
        expect(playFrom(ticked(bySource)).model).toEqual(playFrom(ticked(all)).model);
      }),
      { numRuns: 150 },
    );
  });

  it("a night's sleep of this machine alone neither fires nor resolves anything", () => {
    fc.assert(
      fc.property(instants(midnight), (all) => {
        const { model } = playFrom(ticked(all));
        const later = update(model, { kind: "tick", at: model.now + 28_800_000 });
        expect(later.model.awakeSince).toBe(model.now + 28_800_000);
        expect(later.effects.filter((effect) => effect.kind === "announce")).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

/** One gateway's stream keeps its order; marks, silences and snapshots are of their own. */
const sourceOf = (event: Event): string =>
  event.kind === "gateway" ? `1 ${event.event.gateway}` : `2 ${event.kind}`;

describe("memory", () => {
  it("stays within the written bounds whatever a gateway and people send", () => {
    let model = playFrom([]).model;
    const tell = (event: Event): void => {
      ({ model } = update(model, event));
    };
    const say = (at: number, news: Extract<Event, { kind: "gateway" }>["event"]): void => {
      tell({ kind: "gateway", event: { ...news, at } });
    };
    const news = fc.sample(newsAt(midnight), { numRuns: 400, seed: 7 });
    for (let count = 1; count <= 4_000; count += 1) {
      const at = midnight + count * 3_000;
      const from = { gateway: "a", at, from: "wire" } as const;
      say(at, {
        ...from,
        kind: "session",
        session: { key: `agent:main:${count}`, agentId: "main", running: count % 3 === 0 },
      });
      say(at, {
        ...from,
        kind: "turn",
        turn: { kind: "failed", sessionKey: `agent:x:${count}`, runId: `r${count}`, reason: "no" },
      });
      say(at, {
        ...from,
        kind: "hello",
        hello: { version: `v${count}`, bootId: `b${count}`, grantedScopes: [], tickIntervalMs: 30_000 },
      });
      say(at, { ...from, kind: "absent", method: `m${count}` });
      say(at, {
        ...from,
        kind: "log",
        lines: Array.from({ length: 50 }, () => ({
          at,
          level: "error" as const,
          subsystem: "s",
          message: "password=hunter2hunter2",
        })),
      });
      const other = news[count % news.length];
      if (other !== undefined) say(at, { ...other, ...from });
      tell({ kind: "mark", at, mark: { at, text: `mark ${count}`, by: "me" } });
      tell({
        kind: "silence",
        at,
        silence: { id: `s${count}`, rule: "x", from: at, until: at + 1e9, by: "me" },
      });
      tell({
        kind: "operation",
        at,
        operation: {
          id: `o${count}`,
          kind: "verify",
          gateway: "a",
          startedAt: at,
          step: "x",
          disturbs: false,
        },
      });
      tell({ kind: "trouble", at, trouble: { at, effect: "x", code: "X", message: "x" } });
      tell({
        kind: "snapshot-taken",
        at,
        snapshot: {
          id: `s${count}`,
          gateway: "a",
          at,
          kind: "full",
          verification: { kind: "not-yet" },
          vitals: {},
          takenDuring: [],
        },
      });
      tell({ kind: "tick", at });
    }
    const [gateway] = model.gateways;
    expect(gateway?.sessions.size).toBeLessThanOrEqual(limits.sessions);
    expect(gateway?.boots.length).toBeLessThanOrEqual(limits.boots);
    expect(gateway?.happenings.length).toBeLessThanOrEqual(limits.happenings);
    expect(gateway?.log.length).toBeLessThanOrEqual(limits.logLines);
    expect(gateway?.alerts.length).toBeLessThanOrEqual(limits.alerts);
    expect(gateway?.snapshots.length).toBeLessThanOrEqual(limits.snapshots);
    expect(gateway?.calls.length).toBeLessThanOrEqual(limits.callBuckets);
    expect(gateway?.leaks.length).toBeLessThanOrEqual(20);
    expect(gateway?.absent.length).toBeLessThanOrEqual(100);
    expect(model.marks.length).toBeLessThanOrEqual(modelLimits.marks);
    expect(model.silences.length).toBeLessThanOrEqual(modelLimits.silences);
    expect(model.operations.length).toBeLessThanOrEqual(modelLimits.operations);
    expect(model.troubles.length).toBeLessThanOrEqual(modelLimits.troubles);
    expect(model.alertHistory.length).toBeLessThanOrEqual(modelLimits.alertHistory);
    for (const incident of model.incidents) {
      expect(incident.timeline.length).toBeLessThanOrEqual(incidentLimits.timeline);
      expect(incident.alerts.length).toBeLessThanOrEqual(incidentLimits.alerts);
    }
    expect(JSON.stringify(model.gateways)).not.toContain("hunter2");
  });
});
