import { describe, expect, it } from "vitest";
import { configuredFleet } from "./fleet.ts";

describe("snapshots of a gateway that runs", () => {
  it("carry what it says of itself, its sessions with their leaves, and the rows of its databases", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const saved = await fleet.run(["snapshots", "save", "--name", "before", "--json"]);
    expect(saved.code).toBe(0);
    const { snapshot } = JSON.parse(saved.out) as { snapshot: { vitals: object } };
    expect(snapshot).toMatchObject({
      gateway: fleet.demo.gateways[0]?.name,
      vitals: { rssBytes: expect.any(Number) as number, agents: 5, sessions: 41 },
    });
    const shown = JSON.parse((await fleet.run(["snapshots", "show", "before", "--json"])).out) as {
      sessions: readonly object[];
    };
    expect(shown.sessions.length).toBeGreaterThanOrEqual(41);
    expect(shown.sessions[0]).toMatchObject({
      key: expect.any(String) as string,
      leaf: expect.any(String) as string,
      messages: expect.any(Number) as number,
    });
    const compared = await fleet.run(["snapshots", "compare", "before", "live", "--json"]);
    expect(JSON.parse(compared.out)).toMatchObject({ sessions: { removed: [] }, notes: [] });
    expect((JSON.parse(compared.out) as { databases: unknown }).databases).toBeInstanceOf(Array);
  });

  it("are taken from disk alone when it is gone, without waiting for it", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    await fleet.demo.control(fleet.demo.gateways[0]?.name ?? "").kill();
    const saved = await fleet.run(["snapshots", "save", "--json"]);
    const { snapshot } = JSON.parse(saved.out) as { snapshot: { vitals: object } };
    expect(snapshot).toMatchObject({ vitals: { agents: 5, sessions: 41 } });
    expect(snapshot.vitals).not.toHaveProperty("rssBytes");
  });

  it("are of the one named where there are several, which is not guessed", async () => {
    await using fleet = await configuredFleet({ gateways: 2 });
    const [first, second] = fleet.demo.gateways.map(({ name }) => name);
    expect(await fleet.run(["snapshots", "save"])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${first ?? ""}, ${second ?? ""}`) as string,
    });
    for (const name of [first, second]) {
      expect(await fleet.run(["snapshots", "save", "--gateway", name ?? ""])).toMatchObject({ code: 0 });
    }
    const shown = await fleet.run(["snapshots", "show", "latest", "--gateway", first ?? "", "--json"]);
    expect(JSON.parse(shown.out)).toMatchObject({ snapshot: { gateway: first } });
    expect((await fleet.run(["snapshots", "list"])).out).toMatch(/^ID +KIND +GATEWAY +TAKEN/);
  });
});
