import { describe, expect, it } from "vitest";
import { fleetStatus } from "../../../src/ui/cli/status/fleet-status.ts";
import { statusText } from "../../../src/ui/cli/status/status-text.ts";
import type { RecoveredRestore } from "../../../src/ui/recover-restores.ts";
import { toldByNobody, type ToldByOthers } from "../../../src/ui/history.ts";
import { hello, up, Watching } from "../../support/replay.ts";

/** One gateway that is up, and has told this much. */
const watching = (...tells: readonly string[]): Watching => {
  const watch = new Watching(["a"]);
  const absent = ["system.info", "sessions.list", "channels.status", "config.get"];
  watch.hear("a", up(watch.now), hello("1"));
  for (const method of absent.filter((each) => !tells.includes(each))) {
    watch.hear("a", { kind: "absent", method });
  }
  return watch.wait(1_000);
};

const said = (
  watch: Watching,
  recovered: readonly RecoveredRestore[] = [],
  others: ToldByOthers = toldByNobody,
) => {
  const status = fleetStatus(watch.model, others);
  const text = statusText(
    status,
    { banner: undefined, recovered },
    { all: false, deep: false },
    { interactive: false, columns: 200, rows: 50 },
  );
  return { code: status.exit, lines: text.trimEnd().split("\n") };
};

describe("the status of a gateway of which nothing bad is known", () => {
  it("is fine once it has told all it can", () => {
    expect(said(watching())).toMatchObject({ code: 0 });
  });

  it("is not fine while it has not told all, and says what is not known", () => {
    const { code, lines } = said(watching("sessions.list"));
    expect(code).toBe(1);
    expect(lines[1]?.trim()).toBe("it has not told in time, and nothing is known of: its sessions");
    expect(lines.at(-1)).toBe("Status: ⚠️ 1 of 1 gateway cannot be judged yet: a");
  });

  it("is not fine right after a restore, when no rule has judged it, and says from when on one does", () => {
    const watch = watching();
    const operation = { id: "o", kind: "restore", gateway: "a", step: "", disturbs: true } as const;
    const startedAt = watch.now;
    watch.tell({ kind: "operation", at: watch.now, operation: { ...operation, startedAt } });
    expect(said(watch)).toMatchObject({
      code: 1,
      lines: expect.arrayContaining([expect.stringContaining("no rule judges it before that is over")]),
    });
    const ended = { at: watch.now, ok: true, text: "" };
    watch.tell({ kind: "operation", at: watch.now, operation: { ...operation, startedAt, ended } });
    expect(said(watch).lines[1]).toMatch(/no rule judges it before \d\d:\d\d:\d\d UTC$/);
    expect(said(watch.wait(61_000)).code).toBe(0);
  });

  it("says of one that stands still what another process is doing to it, and leaves the advice to that", () => {
    const watch = watching();
    const report = {
      state: { kind: "frozen" },
      since: watch.now,
      evidence: "nobody listens",
      next: "Start it.",
    } as const;
    watch.hear("a", { kind: "connection", report });
    expect(said(watch).lines.join("\n")).toContain("next: Start it.");
    const operation = { id: "o", kind: "run", gateway: "a", step: "deploy", disturbs: true } as const;
    const operations = [{ ...operation, startedAt: watch.now - 60_000 }];
    const { code, lines } = said(watch, [], { alerts: undefined, operations });
    expect(code).toBe(3);
    expect(lines[1]).toMatch(/under way: run deploy, since \d\d:\d\d:\d\d UTC$/);
    expect(lines.join("\n")).not.toContain("next: Start it.");
    const long = [{ ...operation, startedAt: watch.now - 16 * 60_000 }];
    expect(said(watch, [], { alerts: undefined, operations: long }).lines.join("\n")).toContain(
      "next: Start it.",
    );
  });

  it("tells of a restore that waits to be accepted, healthy or not", () => {
    const outcome = { kind: "waiting", words: "The restore of x is in place." } as const;
    const { code, lines } = said(watching(), [{ stateDir: "/s", gateway: "a", outcome }]);
    expect(code).toBe(0);
    expect(lines.slice(1, 3).map((line) => line.trim())).toEqual([
      `a: ${outcome.words}`,
      "next: clawback restore status --gateway a",
    ]);
  });
});
