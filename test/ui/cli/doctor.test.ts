import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configuredFleet } from "./fleet.ts";

type Document = {
  readonly ok: boolean;
  readonly checks: readonly { id: string; about: string; verdict: string; evidence: string; next?: string }[];
};

describe("doctor", () => {
  it("finds a healthy gateway well, and says what is missing around it", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const { out, code } = await fleet.run(["doctor"]);
    expect(out).toMatch(/^prod-eu\n {2}✅ connection /);
    expect(out).toMatch(/✅ file-modes +state directory 0700, openclaw\.json 0600/);
    expect(out).toMatch(/⚠️ vault +there is no vault at .*\n {5}next: clawback vault init\n/);
    expect(out).toMatch(/⚠️ \d of \d+ checks need attention; none failed\n$/);
    expect(code).toBe(1);
  });

  it("finds a broken configuration, open files and a dead gateway, each with a next step", async () => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const [gateway] = fleet.demo.gateways;
    const config = join(gateway?.stateDir ?? "", "openclaw.json");
    await writeFile(config, (await readFile(config, "utf8")).slice(0, -4));
    await chmod(config, 0o644);
    await fleet.demo.control("prod-eu").kill();
    const { checks } = JSON.parse((await fleet.run(["doctor", "--json"])).out) as Document;
    const failed = checks.filter(({ verdict, about }) => verdict === "failed" && about === "prod-eu");
    expect(new Set(failed.map(({ id }) => id))).toEqual(
      new Set(["connection", "alerts", "config-valid", "config-file", "file-modes", "service"]),
    );
    for (const { next, evidence } of failed) {
      expect(next).not.toBe("");
      expect(evidence).not.toBe("");
    }
    expect(failed.find(({ id }) => id === "file-modes")?.next).toBe(`chmod 0600 ${config}`);
  });

  it.each([
    ["daily", ["connection", "disk", "guard", "service"], ["file-modes", "restarts"]],
    ["weekly", ["connection", "restarts", "state-read"], ["file-modes"]],
    ["monthly", ["connection", "restarts", "file-modes", "version"], []],
  ])("keeps the %s list to what belongs to it", async (list, there, away) => {
    await using fleet = await configuredFleet({ gateways: 1 });
    const answer = await fleet.run(["doctor", "--checklist", list, "--json"]);
    const ids = (JSON.parse(answer.out) as Document).checks.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(there));
    for (const id of away) expect(ids).not.toContain(id);
  });
});
