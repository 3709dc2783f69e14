import { describe, expect, it } from "vitest";
import { startDemoFleet } from "../../../src/demo/index.ts";
import { settingsFor, until, watching } from "./watching.ts";

const kinds = ["hello", "system", "agents", "channels", "sessions", "lanes", "config", "latency"] as const;

describe("the demo fleet, an independent peer", () => {
  it("is watched whole: every kind of fact, nothing refused, nothing absent", async () => {
    await using fleet = await startDemoFleet({ scenario: "healthy" });
    const watched = async ({ name, url, token }: (typeof fleet.gateways)[number]): Promise<void> => {
      await using gateway = watching(settingsFor(url, { name, token: { kind: "inline", value: token } }));
      await until(() => kinds.every((kind) => gateway.all(kind).length > 0));
      expect(gateway.all("refused")).toEqual([]);
      expect(gateway.all("absent")).toEqual([]);
      expect(gateway.all("gap")).toEqual([]);
      expect(gateway.states()).toEqual(["connecting", "up"]);
    };
    await Promise.all(fleet.gateways.map(watched));
  });

  it("is seen to die", async () => {
    await using fleet = await startDemoFleet({ scenario: "healthy", gateways: 1 });
    const [only] = fleet.gateways;
    if (only === undefined) throw new Error("the demo has no gateway");
    await using gateway = watching(settingsFor(only.url, { token: { kind: "inline", value: only.token } }));
    await gateway.next("lanes");
    await fleet.control(only.name).kill();
    await gateway.next("connection", (news) => news.report.state.kind === "down");
    expect(gateway.states()).toEqual(["connecting", "up", "crashed", "down"]);
  });
});
