import { expect, it } from "vitest";
import { wireChecks } from "../../../src/ui/cli/doctor/wire-checks.ts";
import { fleetStatus } from "../../../src/ui/cli/status/fleet-status.ts";
import { toldByNobody } from "../../../src/ui/history.ts";
import { up, Watching } from "../../support/replay.ts";

const clockOf = (clockAheadMs?: number): string | undefined => {
  const watch = new Watching(["a"]);
  const hello = { version: "2026.9.6", bootId: "b1", grantedScopes: [], tickIntervalMs: 30_000 };
  watch
    .hear("a", up(watch.now), {
      kind: "hello",
      hello: { ...hello, ...(clockAheadMs === undefined ? {} : { clockAheadMs }) },
    })
    .wait(1_000);
  const [status] = fleetStatus(watch.model, toldByNobody).gateways;
  if (status === undefined) throw new Error("no gateway");
  const check = wireChecks(status, watch.model.gateways, watch.now).find(({ id }) => id === "clock");
  return check === undefined ? undefined : `${check.verdict}: ${check.evidence}`;
};

it("the clock of a gateway is judged by the time it greets with, ahead and behind", () => {
  expect(clockOf()).toMatch(/^ok: its clock agrees/);
  expect(clockOf(7_200_000)).toMatch(/^warning: its clock is 2h ahead of/);
  expect(clockOf(-90_000)).toMatch(/^warning: its clock is 1m.* behind/);
});
