import { describe, expect, it } from "vitest";
import { answerTo } from "../../../../src/ui/console/plain/answers.ts";
import { newsBetween } from "../../../../src/ui/console/plain/news.ts";
import { spoken } from "../../../support/spoken.ts";
import { setting } from "../../../support/fleet-story.ts";
import { incidentStory } from "../../../support/incident-story.ts";
import { hello, up, Watching } from "../../../support/replay.ts";

describe("what a screen reader is told", () => {
  it("is what changed, once, and nothing when nothing did", () => {
    const watching = new Watching(["prod-eu"]);
    watching.hear("prod-eu", up(watching.now), hello("boot-1"));
    const before = watching.wait(10_000).model;
    expect(newsBetween(before, watching.wait(5_000).model, setting)).toEqual([]);
    watching.tell({ kind: "mark", at: watching.now, mark: { at: watching.now, text: "deploy", by: "test" } });
    watching.hear("prod-eu", {
      kind: "connection",
      report: { state: { kind: "crashed" }, since: watching.now, evidence: "closed 1006 without goodbye" },
    });
    const news = newsBetween(before, watching.wait(60_000).model, setting);
    expect(news[0]).toBe("mark: deploy");
    expect(news[1]).toMatch(/^prod-eu is now crashed: closed 1006/);
    expect(news.slice(2)).toEqual([expect.stringMatching(/^alert P0, gateway-down on prod-eu: .*ack a\w+$/)]);
  });

  it("is what clawback itself begins, and how that ended, once each", () => {
    const watching = new Watching(["prod-eu"]);
    const before = watching.wait(1_000).model;
    const startedAt = watching.now;
    const operation = {
      id: "r1",
      kind: "restore",
      gateway: "prod-eu",
      startedAt,
      step: "of 2026-11-20-02-00",
      disturbs: true,
    } as const;
    watching.tell({ kind: "operation", at: watching.now, operation });
    const begun = watching.wait(1_000).model;
    expect(newsBetween(before, begun, setting)).toEqual(["restoring, prod-eu: of 2026-11-20-02-00"]);
    const ended = { at: watching.now, ok: false, text: "put back: it ended while starting" };
    watching.tell({ kind: "operation", at: watching.now, operation: { ...operation, ended } });
    const over = watching.wait(1_000).model;
    expect(newsBetween(begun, over, setting)).toEqual([
      "failed, restoring, prod-eu: put back: it ended while starting",
    ]);
    expect(newsBetween(over, watching.wait(1_000).model, setting)).toEqual([]);
  });

  it("is by which alert a gateway that answers is sick, not how it is connected", () => {
    const { model } = incidentStory();
    const before = { ...model, gateways: model.gateways.map((gateway) => ({ ...gateway, alerts: [] })) };
    const news = newsBetween(before, model, setting);
    expect(news.find((line) => line.startsWith("prod-eu is now sick"))).toMatch(
      /^prod-eu is now sick: (?:context-pressure|session-dead|channel-disconnected): /,
    );
  });

  it("has the most urgent alert first", () => {
    const { model } = incidentStory();
    const priorities = answerTo("alerts", model, setting).lines.map((line) => /P\d/.exec(line)?.[0] ?? "");
    expect(priorities.length).toBeGreaterThan(1);
    expect(priorities).toEqual(priorities.toSorted());
  });

  it("answers in sentences what is asked", () => {
    const { model } = incidentStory();
    const ask = (text: string) => answerTo(text, model, setting);
    expect(ask("fleet").lines).toHaveLength(5);
    expect(ask("").lines).toEqual(ask("fleet").lines);
    expect(ask("gateway prod-eu").lines.join("\n")).toMatch(/prod-eu: sick.*context pressure: 106%/s);
    expect(ask("gateway nobody").lines).toEqual(["no gateway is called nobody"]);
    expect(ask("log prod-eu").lines.at(-1)).toContain("prod-eu error: turn r60 failed");
    expect(ask("incident").lines.join("\n")).toContain("step 1: ");
    expect(ask("quit").leaves).toBe(true);
    const [first = ""] = ask("alerts").lines;
    const id = /ack (?<id>a\w+)/.exec(first)?.groups?.["id"] ?? "";
    expect(ask(`ack ${id}`).event).toMatchObject({ kind: "acknowledge", alert: id, by: "tester" });
    expect(ask("ack nothing").event).toBeUndefined();
  });

  it("does nothing where only looking is allowed, and says so", () => {
    const { model } = incidentStory();
    const readOnly = { all: true, gateways: new Set<string>() };
    const [first = ""] = answerTo("alerts", model, setting).lines;
    const id = /ack (?<id>a\w+)/.exec(first)?.groups?.["id"] ?? "";
    const answer = answerTo(`ack ${id}`, model, { ...setting, readOnly });
    expect(answer.event).toBeUndefined();
    expect(answer.lines[0]).toContain("read-only");
  });

  it("speaks Chinese too", () => {
    const { model } = incidentStory();
    const lines = answerTo("fleet", model, { ...setting, texts: spoken["zh-Hant"] }).lines;
    expect(lines[0]).toMatch(/^prod-eu：病態，/);
  });
});
