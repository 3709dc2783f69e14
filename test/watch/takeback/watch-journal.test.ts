import { describe, expect, it } from "vitest";
import { recoverPending } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { gatewayNamed } from "../../../src/watch/index.ts";
import { inMaintenance } from "../../../src/watch/maintenance.ts";
import { startWatching } from "../../../src/watch/effects/index.ts";
import { until } from "../../openclaw/kit/index.ts";
import { openStage, type Stage } from "./support/stage.ts";

/** The state as it is, but for one session: looked at for the first time it is whole, afterwards it is missing. */
const lossy = (stage: Stage): Stage["source"] => {
  let looks = 0;
  return async () => {
    const source = await stage.source();
    looks += 1;
    if (looks === 1) return source;
    return {
      ...source,
      read: async () => {
        const reading = await source.read();
        return { ...reading, sessions: reading.sessions.slice(1) };
      },
    };
  };
};

describe("a watch in another process than the restore", () => {
  it("knows a stop of our own for what it is, and a restore that was put back for an alert", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const name = stage.settings.name;
    const wasOutage: string[] = [];
    await using watching = startWatching({
      gateways: [stage.settings],
      ports: stage.ports,
      onChange: (model) => {
        const gateway = gatewayNamed(model, name);
        for (const { rule, state } of gateway?.alerts ?? []) {
          if (rule.startsWith("gateway-") && state === "firing") wasOutage.push(rule);
        }
      },
    });
    const seen = (kind: string) =>
      until(`the operation ${kind}`, () => watching.model().operations.find((each) => each.kind === kind));
    const gateway = () => gatewayNamed(watching.model(), name);
    await until("the gateway", () => gateway()?.connection?.state.kind === "up" || undefined);

    let starts = 0;
    const { result } = await stage.restore(await stage.plan(snapshot), {
      service: {
        ...stage.service,
        start: async (how) => {
          starts += 1;
          if (starts > 1) return await stage.service.start(how);
          // The watch hears of it from the journal, while the gateway is down in our hands.
          expect(await seen("restore")).toMatchObject({
            disturbs: true,
            expectedMs: 20_000,
            gateway: name,
          });
          const down = gateway();
          expect(down !== undefined && inMaintenance(watching.model(), down)).toBe(true);
          return await stage.service.start(how);
        },
      },
      lookAgain: lossy(stage),
    });
    expect(result).toMatchObject({ outcome: "rolled-back", running: true });
    const alert = await until("the alert", () =>
      gateway()?.alerts.find(({ rule }) => rule === "restore-mismatch"),
    );
    expect(alert.evidence).toMatch(/put-back.*sessions: 1 of \d+ sessions (?:is|are) missing/);
    expect(watching.model().restores).toHaveLength(1);
    expect(wasOutage).toEqual([]);
    expect((await recoverPending(stage.stateDir, { clock: systemClock })).kind).toBe("nothing");
  });
});
