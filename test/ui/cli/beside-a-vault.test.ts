import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { eventually } from "../../support/soon.ts";
import { configuredFleet } from "./fleet.ts";

describe("beside a vault", () => {
  it("status says how old the newest snapshot is, and doctor that the key opens it", async () => {
    await using fleet = await configuredFleet({ gateways: 2 });
    expect((await fleet.run(["snapshots", "save", "--gateway", "prod-us"])).code).toBe(0);
    const { out } = await fleet.run(["status"]);
    expect(out).toMatch(/^✅ prod-us .* · snapshot \d+[sm] ago$/m);
    const { vault } = JSON.parse((await fleet.run(["status", "--json"])).out) as { vault: object };
    expect(vault).toMatchObject({ snapshots: 1, lastVerifiedAt: null, alerts: [] });
    expect((await fleet.run(["doctor"])).out).toMatch(/✅ vault +1 snapshot at .*, and the key opens it$/m);
  });

  it("status --compare says what changed since a snapshot", async () => {
    await using fleet = await configuredFleet({ gateways: 2 });
    const one = ["--gateway", "prod-us"];
    await fleet.run(["snapshots", "save", "--name", "before", ...one]);
    const { stateDir } = fleet.demo.gateways[1] ?? { stateDir: "" };
    await writeFile(join(stateDir, "workspace", "NEW.md"), "new\n");
    const { out, code } = await fleet.run(["status", "--compare", "before", ...one]);
    expect(out).toMatch(/^✅ prod-us /);
    expect(out).toMatch(/Compared with before:\n(?:.*\n)*.*NEW\.md/);
    expect(code).toBe(0);
    const json = JSON.parse(
      (await fleet.run(["status", "--json", "--compare", "before", ...one])).out,
    ) as object;
    expect(json).toMatchObject({ compared: { files: { added: expect.any(Array) as unknown[] } } });
    expect((await fleet.run(["status", "--compare", "nonsense", ...one])).code).not.toBe(0);
  });

  it("what its alerts say is among the numbers, and no guard calls all well beside one", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    await fleet.run(["snapshots", "save", "--gateway", "prod-eu"]);
    // Nobody has verified it for a month.
    const later: Clock = { ...systemClock, now: () => Date.now() + 30 * 86_400_000 };
    const { out } = await fleet.run(["metrics"], { clock: later });
    expect(out).toMatch(/^clawback_alert_firing\{gateway="",rule="vault-unverified",/m);
    const guard = await fleet.run(["guard", "--once"], { clock: later });
    expect(guard.out).toContain("the vault: see clawback status");
    expect(guard.code).toBe(1);
  });

  it("a key that is none is told, and never asked about", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    await fleet.run(["snapshots", "save", "--gateway", "prod-eu"]);
    await writeFile(join(fleet.home, ".config/clawback/vault.key"), "not a key\n");
    const asked: string[] = [];
    const ask = (question: string): Promise<undefined> => {
      asked.push(question);
      return Promise.resolve(undefined);
    };
    const { out, code } = await fleet.run(["status", "--json"], { ask });
    expect(JSON.parse(out)).toMatchObject({ vault: { error: { code: expect.any(String) as string } } });
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect((await fleet.run(["status"])).out).toMatch(/^⚠️ the vault: \S/m);
    expect((await fleet.run(["doctor"])).out).toMatch(/❌ vault +\S/);
  });

  it("the guard takes the snapshot that an alert asks for", async () => {
    await using fleet = await configuredFleet({ scenario: "incident", speed: 40, gateways: 1 });
    expect((await fleet.run(["vault", "init"])).code).toBe(0);
    const interrupted = new AbortController();
    const guard = fleet.run(["guard"], { signal: interrupted.signal });
    const list = await eventually(
      () => fleet.run(["snapshots", "list", "--json"]),
      ({ out }) => out.includes('"anomaly"'),
    );
    interrupted.abort();
    expect((await guard).code).toBe(130);
    // Beside the one that the guard takes every hour.
    expect(JSON.parse(list.out)).toMatchObject({
      snapshots: expect.arrayContaining([
        expect.objectContaining({ kind: "anomaly", gateway: "prod-eu" }),
      ]) as unknown[],
    });
  });
});
