import { describe, expect, it } from "vitest";
import { newModel, startLoop, type Event, type Model } from "../../src/watch/index.ts";
import { identity, midnight, up } from "../support/replay.ts";

const heard = (gateway: string): Event => ({
  kind: "gateway",
  event: { ...up(midnight), gateway, at: midnight, from: "wire" },
});

const started = (names: readonly string[], answer?: Event) => {
  const folds: (() => void)[] = [];
  const changes: Model[] = [];
  const asked: string[] = [];
  const loop = startLoop(
    newModel(
      midnight,
      names.map((name) => identity(name)),
    ),
    {
      run: (effect, emit) => {
        asked.push(effect.kind);
        if (answer !== undefined && asked.length === 1) emit(answer);
      },
      onChange: (model) => changes.push(model),
      schedule: (fold) => folds.push(fold),
    },
  );
  const turn = (): void => {
    for (const fold of folds.splice(0)) fold();
  };
  return { loop, folds, changes, asked, turn };
};

describe("the loop", () => {
  it("folds a burst and tells of it once", () => {
    const { loop, changes, turn, folds } = started(["a", "b"]);
    for (let count = 0; count < 100; count += 1) loop.dispatch(heard(count % 2 === 0 ? "a" : "b"));
    expect(folds).toHaveLength(1);
    turn();
    expect(changes).toHaveLength(1);
    expect(changes[0]).toBe(loop.model());
  });

  it("tells nothing when nothing changed", () => {
    const { loop, changes, turn } = started(["a"]);
    loop.dispatch(heard("stranger"));
    turn();
    expect(changes).toEqual([]);
  });

  it("loses no event of a flood, and keeps no more than a bounded queue of it", () => {
    const { loop, changes, turn } = started(["a"]);
    const marks = 2_500;
    for (let count = 0; count < marks; count += 1) {
      loop.dispatch({
        kind: "gateway",
        event: { kind: "gap", missed: 1, gateway: "a", at: midnight + count, from: "wire" },
      });
    }
    // Folded on the way, told only when it is time.
    expect(loop.model().gateways[0]?.missedFrames).toBeGreaterThanOrEqual(2_000);
    expect(changes).toEqual([]);
    turn();
    expect(loop.model().gateways[0]?.missedFrames).toBe(marks);
    expect(changes).toHaveLength(1);
  });

  it("takes an answer that comes at once as the next event", () => {
    const { loop, asked, turn } = started(["a"], heard("a"));
    loop.dispatch({ kind: "mark", at: midnight, mark: { at: midnight, text: "deploy", by: "ci" } });
    turn();
    expect(asked).toEqual(["record-mark"]);
    turn();
    expect(loop.model().gateways[0]?.connection?.state.kind).toBe("up");
  });

  it("hears nothing after it was stopped", () => {
    const { loop, changes, turn } = started(["a"]);
    loop.dispatch(heard("a"));
    loop.stop();
    loop.dispatch(heard("a"));
    turn();
    expect(changes).toEqual([]);
  });
});
