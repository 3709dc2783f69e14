import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareIds,
  inOrderOfIds,
  nameRefusal,
  parseRef,
  parseSnapshotId,
  refProblem,
  resolveRef,
  snapshotIdOf,
  type RefCandidate,
} from "../../../src/core/refs/index.ts";
import { anyText } from "../../support/any-text.ts";

const at = (text: string): number => Date.parse(text);

const candidate = (id: string, more: Partial<RefCandidate> = {}): RefCandidate => ({
  id,
  takenAt: parseSnapshotId(id)?.minuteAt ?? 0,
  state: "whole",
  ...more,
});

const anyMinute = fc.integer({
  min: at("2020-01-01T00:00Z") / 60_000,
  max: at("2040-01-01T00:00Z") / 60_000,
});
const anyId = fc
  .tuple(anyMinute, fc.integer({ min: 1, max: 12 }))
  .map(([minute, number]) => snapshotIdOf(minute * 60_000, number));
const anyCandidates = fc
  .uniqueArray(
    fc.record({
      id: anyId,
      name: fc.option(fc.constantFrom("nightly", "before-update", "2026-plan"), { nil: null }),
      state: fc.constantFrom("whole" as const, "damaged" as const, "deleted" as const),
      offsetMs: fc.integer({ min: 0, max: 59_999 }),
    }),
    { selector: ({ id }) => id, maxLength: 20 },
  )
  .map((all) =>
    all.map(({ id, name, state, offsetMs }) =>
      candidate(id, { name, state, takenAt: (parseSnapshotId(id)?.minuteAt ?? 0) + offsetMs }),
    ),
  );

describe("an id", () => {
  it("is the minute it was taken in UTC", () => {
    expect(snapshotIdOf(at("2026-03-02T10:56:59.999Z"))).toBe("2026-03-02-10-56");
    expect(parseSnapshotId("2026-03-02-10-56-3")).toEqual({ minuteAt: at("2026-03-02T10:56Z"), number: 3 });
  });

  it("reads back as what it was made of", () => {
    fc.assert(
      fc.property(anyMinute, fc.integer({ min: 1, max: 99_999 }), (minute, number) => {
        expect(parseSnapshotId(snapshotIdOf(minute * 60_000, number))).toEqual({
          minuteAt: minute * 60_000,
          number,
        });
      }),
    );
  });

  it.each([
    "2026-03-02-10-56-1",
    "2026-03-02-10-56-0",
    "2026-03-02-10-56-02",
    "2026-02-30-10-56",
    "2026-03-02-24-00",
  ])("is never %s", (text) => {
    expect(parseSnapshotId(text)).toBeUndefined();
  });

  it("sorts by time also beyond the ninth of a minute", () => {
    const ids = ["2026-03-02-10-56-10", "2026-03-02-10-57", "2026-03-02-10-56", "2026-03-02-10-56-9"];
    expect(ids.sort(compareIds)).toEqual([
      "2026-03-02-10-56",
      "2026-03-02-10-56-9",
      "2026-03-02-10-56-10",
      "2026-03-02-10-57",
    ]);
  });

  it("stands in the same order among others of which only the ids are wanted", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyId, fc.constantFrom("latest", "2026-13-02-10-56", ""))), (ids) => {
        expect(inOrderOfIds(ids, (id) => id)).toEqual(
          ids.filter((id) => parseSnapshotId(id) !== undefined).toSorted(compareIds),
        );
      }),
    );
  });
});

describe("a complete id", () => {
  it("means that snapshot or none, whatever else there is", () => {
    fc.assert(
      fc.property(anyCandidates, anyId, (candidates, id) => {
        const meant = candidates.find((each) => each.id === id);
        const expected = meant === undefined ? "none" : meant.state === "whole" ? "found" : meant.state;
        const answer = resolveRef(id, candidates);
        expect(answer.kind).toBe(expected);
        expect("id" in answer ? answer.id : id).toBe(id);
      }),
    );
  });

  it.each(["deleted", "damaged"] as const)("that is %s never means the next of its minute", (state) => {
    const candidates = [candidate("2026-03-02-10-56", { state }), candidate("2026-03-02-10-56-2")];
    const answer = resolveRef("2026-03-02-10-56", candidates);
    expect(answer).toEqual({ kind: state, id: "2026-03-02-10-56" });
    expect(refProblem("2026-03-02-10-56", answer)?.hint).toContain("No other snapshot");
  });

  it("that is not known suggests the others of its minute and takes none", () => {
    const answer = resolveRef("2026-03-02-10-56", [candidate("2026-03-02-10-56-2")]);
    expect(answer).toMatchObject({ kind: "none", similar: ["2026-03-02-10-56-2"] });
    expect(refProblem("2026-03-02-10-56", answer)?.hint).toBe("Did you mean 2026-03-02-10-56-2?");
  });
});

describe("latest", () => {
  const candidates = [
    candidate("2026-03-02-10-00"),
    candidate("2026-03-02-11-00"),
    candidate("2026-03-02-12-00"),
    candidate("2026-03-02-13-00", { state: "damaged" }),
    candidate("2026-03-02-14-00", { state: "deleted" }),
  ];

  it("is the newest whole one and says which damaged ones it passed over", () => {
    expect(resolveRef("latest", candidates)).toEqual({
      kind: "found",
      id: "2026-03-02-12-00",
      via: "latest",
      passedOver: ["2026-03-02-13-00"],
    });
  });

  it("goes back as far as it is told, and no further than there are", () => {
    expect(resolveRef("latest~2", candidates)).toMatchObject({ id: "2026-03-02-10-00" });
    expect(resolveRef("latest~0", candidates)).toMatchObject({ id: "2026-03-02-12-00" });
    expect(resolveRef("latest~3", candidates)).toMatchObject({ kind: "none" });
    expect(resolveRef("latest~", candidates)).toMatchObject({ kind: "invalid" });
    expect(resolveRef("latest", [])).toMatchObject({
      kind: "none",
      reason: "there is no whole snapshot yet",
    });
  });
});

describe("last-good", () => {
  it("is what the caller knows to be good, when it is still whole", () => {
    const candidates = [candidate("2026-03-02-10-00"), candidate("2026-03-02-11-00", { state: "damaged" })];
    expect(resolveRef("last-good", candidates, { lastGood: "2026-03-02-10-00" })).toMatchObject({
      kind: "found",
      via: "last-good",
    });
    expect(resolveRef("last-good", candidates, { lastGood: "2026-03-02-11-00" })).toMatchObject({
      kind: "damaged",
    });
    expect(resolveRef("last-good", candidates)).toMatchObject({ kind: "none" });
  });
});

describe("a time", () => {
  const candidates = [
    candidate("2026-03-02-11-23", { takenAt: at("2026-03-02T11:23:30Z") }),
    candidate("2026-03-02-11-24", { takenAt: at("2026-03-02T11:24:00.400Z") }),
    candidate("2026-03-02-11-24-2", { takenAt: at("2026-03-02T11:24:40Z") }),
  ];

  it.each([
    ["2026-03-02-11:24:00", "2026-03-02-11-24"],
    ["2026-03-02-11:23:59", "2026-03-02-11-23"],
    ["2026-03-02-11:24", "2026-03-02-11-24-2"],
    ["2026-03-02T11:24:00Z", "2026-03-02-11-24"],
    ["2026-03-02T13:24:00+02:00", "2026-03-02-11-24"],
    ["2026-03-02 06:24:00-0500", "2026-03-02-11-24"],
    ["2030-01-01T00:00:00.000Z", "2026-03-02-11-24-2"],
  ])("%s means the newest at or before it", (text, id) => {
    expect(resolveRef(text, candidates)).toMatchObject({ kind: "found", id, via: "time" });
  });

  it("before the first means none", () => {
    expect(resolveRef("2026-03-02-11:00", candidates)).toMatchObject({ kind: "none" });
  });

  it.each(["2026-03-02-25:00", "2026-02-30-11:00:00", "2026-03-02-11:2", "2026-03-02-11:24:00+99:00"])(
    "%s is refused with the way to write it",
    (text) => {
      expect(resolveRef(text, candidates)).toMatchObject({ kind: "invalid" });
    },
  );

  it("never lies after the moment that was written", () => {
    fc.assert(
      fc.property(anyCandidates, anyMinute, fc.integer({ min: 0, max: 59 }), (all, minute, second) => {
        const until = minute * 60_000 + second * 1000;
        const answer = resolveRef(new Date(until).toISOString(), all);
        const fitting = all.filter((each) => each.state === "whole" && each.takenAt <= until + 999);
        const newest = Math.max(...fitting.map((each) => each.takenAt));
        const taken = answer.kind === "found" ? all.find(({ id }) => id === answer.id)?.takenAt : -Infinity;
        expect(taken).toBe(newest);
      }),
    );
  });
});

describe("a name or the beginning of an id", () => {
  const candidates = [
    candidate("2026-03-02-10-56", { name: "before-update" }),
    candidate("2026-03-02-10-58"),
    candidate("2026-03-03-09-00", { name: "nightly" }),
    candidate("2026-03-04-09-00", { name: "nightly" }),
  ];

  it("finds the only one that fits", () => {
    expect(resolveRef("before-update", candidates)).toMatchObject({ id: "2026-03-02-10-56", via: "name" });
    expect(resolveRef("2026-03-03", candidates)).toMatchObject({ id: "2026-03-03-09-00", via: "prefix" });
  });

  it("lists all that fit, newest first, and chooses none", () => {
    expect(resolveRef("2026-03-02", candidates)).toEqual({
      kind: "ambiguous",
      ids: ["2026-03-02-10-58", "2026-03-02-10-56"],
    });
    const answer = resolveRef("nightly", candidates);
    expect(answer).toEqual({ kind: "ambiguous", ids: ["2026-03-04-09-00", "2026-03-03-09-00"] });
    expect(refProblem("nightly", answer)).toMatchObject({
      code: "SNAPSHOT_AMBIGUOUS",
      message: "nightly can mean 2 snapshots: 2026-03-04-09-00, 2026-03-03-09-00.",
      exit: 2,
    });
  });

  it("says what may have been meant when nothing fits", () => {
    expect(resolveRef("NIGHT", candidates)).toMatchObject({
      kind: "none",
      similar: ["2026-03-04-09-00", "2026-03-03-09-00"],
    });
  });

  it("keeps what a terminal would act on out of its message", () => {
    const problem = refProblem("\u001b[2Jx", resolveRef("\u001b[2Jx", candidates));
    expect(problem?.message).not.toContain("\u001b");
  });
});

describe("any text at all", () => {
  it("has an answer, and one that was found is a whole candidate", () => {
    fc.assert(
      fc.property(
        anyCandidates,
        fc.oneof(fc.string(), anyId, fc.constantFrom("latest", "latest~1", "nightly")),
        (all, text) => {
          const answer = resolveRef(text, all);
          const isFound = answer.kind === "found";
          expect(refProblem(text, answer) === undefined).toBe(isFound);
          expect(isFound ? all.find(({ id }) => id === answer.id)?.state : "whole").toBe("whole");
          expect(refProblem(text, answer)?.hint).not.toBe("");
        },
      ),
    );
  });
});

describe("the name of a snapshot", () => {
  it.each(["before-update", "pre-deploy-2026-03-02T10", "Größe 2", "v2026.9.6+build"])(
    "may be %s",
    (name) => {
      expect(nameRefusal(name)).toBeUndefined();
    },
  );

  it.each([
    "",
    " x",
    "latest",
    "latest~x",
    "last-good",
    "live",
    "2026-03-02",
    "2026-03-02-10-56",
    "2026-03-02-11:24",
    "../x",
    "a\nb",
    "x".repeat(101),
    "\u202eabc",
  ])("may not be %j", (name) => {
    expect(nameRefusal(name)).toBeTruthy();
  });

  it("never reads as anything but a name", () => {
    fc.assert(
      fc.property(anyText(30), (name) => {
        const read = nameRefusal(name) === undefined ? parseRef(name) : { kind: "name", text: name };
        expect(read).toEqual({ kind: "name", text: name });
      }),
    );
  });
});
