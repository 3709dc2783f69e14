import { describe, expect, it } from "vitest";
import { startDemoFleet } from "../../../src/demo/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import {
  encodeEvent,
  encodeHeader,
  isFiring,
  liveAlerts,
  replay,
  type Alert,
  type Event,
  type Model,
} from "../../../src/watch/index.ts";
import { startWatching } from "../../../src/watch/effects/index.ts";

const firingAlerts = (model: Model): readonly Alert[] => liveAlerts(model).filter(isFiring);

describe("watching the demo's incident over real sockets", () => {
  it("explains the dead session, the channel and the dead gateway, and plays again from its recording", async () => {
    await using demo = await startDemoFleet({ speed: 12, waits: true });
    const told = Promise.withResolvers<Model>();
    const events: Event[] = [];
    const startedAt = systemClock.now();
    const all = ["session-dead", "channel-disconnected", "gateway-down"];
    const watching = startWatching({
      gateways: demo.gateways.map(({ name, url, token, stateDir, labels }) => ({
        name,
        url,
        labels,
        stateDir,
        token: { kind: "inline", value: token },
        service: { kind: "none" },
        readOnly: false,
        insecure: false,
        httpOnly: false,
      })),
      ports: {
        clock: systemClock,
        random: Math.random,
        secret: (source) => Promise.resolve(source.kind === "inline" ? source.value : ""),
        version: "0.0.0",
      },
      onEvent: (event) => events.push(event),
      onChange: (model) => {
        const firing = new Set(firingAlerts(model).map((alert) => alert.rule));
        if (all.every((rule) => firing.has(rule))) told.resolve(model);
      },
    });
    const model = await told.promise;
    const before = watching.model();
    await watching.stop();

    expect(firingAlerts(model)).toContainEqual(
      expect.objectContaining({ priority: "P0", rule: "gateway-down", gateway: "edge-1" }),
    );
    const dead = firingAlerts(model).find((alert) => alert.rule === "session-dead");
    expect(dead).toMatchObject({ gateway: "prod-eu", subject: "agent:main:console-big" });
    expect(dead?.evidence).toMatch(
      /^\d+ turns? failed since \d\d:\d\d:\d\d, route compact_only, pressure 10\d%/,
    );
    const incident = model.incidents.find((each) => each.gateways.includes("prod-eu"));
    expect(incident?.title).toBe("session-dead on prod-eu");
    expect(incident?.suspect).toContain("2026.9.5 → 2026.9.6");

    const identities = before.gateways.map((gateway) => gateway.identity);
    const settings: Event = {
      kind: "settings",
      at: startedAt,
      gateways: identities,
      alerts: before.settings,
    };
    const lines = [encodeHeader(before.startedAt), ...[settings, ...events].map(encodeEvent)];
    const { model: again } = replay(lines);
    expect(again.gateways.map((gateway) => gateway.alerts)).toEqual(
      watching.model().gateways.map((gateway) => gateway.alerts),
    );
    expect(lines.join("\n")).not.toContain(demo.gateways[0]?.token);
  });
});
