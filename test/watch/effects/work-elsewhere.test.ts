import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { processState } from "../../../src/openclaw/index.ts";
import { openEffects, openHistory } from "../../../src/watch/effects/index.ts";
import { alertSettings, newModel, startLoop, type Model, type Operation } from "../../../src/watch/index.ts";
import { soon } from "../../support/soon.ts";

const restless: Clock = { ...systemClock, after: (ms, go) => systemClock.after(Math.min(ms, 20), go) };

/** A process that is at work until it is killed. */
const worker = async (): Promise<{ readonly child: ChildProcess; readonly operation: Operation }> => {
  const child = spawn("sleep", ["1000"]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child, "spawn");
  const { pid = 0 } = child;
  const found = await processState(pid);
  const startTime = found.kind === "running" ? found.startTime : undefined;
  const operation: Operation = {
    id: `run-${pid}`,
    kind: "run",
    gateway: "prod-eu",
    startedAt: Date.now(),
    step: "deploy",
    disturbs: true,
    runBy: { pid, ...(startTime === undefined ? {} : { startTime }) },
  };
  return { child, operation };
};

const end = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

/** The history of one home: somebody at work tells it, and a watch begins where it is asked to. */
const home = () => {
  const folder = mkdtempSync(join(tmpdir(), "clawback-test-"));
  const path = join(folder, "history.sqlite");
  const other = openHistory({ path, now: Date.now(), owner: "other" });
  onTestFinished(() => {
    other[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const tell = (operation: Operation): void => {
    other.stories.act({ kind: "operation", at: Date.now(), operation });
  };
  const watch = (): { readonly operations: () => Model["operations"] } => {
    const history = openHistory({ path, now: Date.now(), owner: "watch" });
    const effects = openEffects({ clock: restless, env: {}, settings: alertSettings.parse({}), history });
    const loop = startLoop(newModel(Date.now(), []), {
      run: effects.run,
      schedule: (fold) => {
        setImmediate(fold);
      },
      onChange: () => undefined,
    });
    effects.start([], loop.dispatch);
    onTestFinished(async () => {
      await effects[Symbol.asyncDispose]();
      history[Symbol.dispose]();
    });
    return { operations: () => loop.model().operations };
  };
  return { tell, watch };
};

/** A watch that was told of somebody at work. */
const watchedWorker = async () => {
  const { tell, watch } = home();
  const { operations } = watch();
  const { child, operation } = await worker();
  tell(operation);
  await soon(() => {
    expect(operations()).toEqual([operation]);
  });
  return { tell, operations, child, operation };
};

describe("work of another process", () => {
  it("is over when its process was killed", async () => {
    const { operations, child, operation } = await watchedWorker();
    await end(child);
    await soon(() => {
      expect(operations()).toMatchObject([
        { id: operation.id, ended: { ok: false, text: "its process is gone" } },
      ]);
    });
  });

  it("ended as it said, though its process is gone right after", async () => {
    const { tell, operations, child, operation } = await watchedWorker();
    const said = { ...operation, ended: { at: Date.now(), ok: true, text: "done" } };
    tell(said);
    await end(child);
    await soon(() => {
      expect(operations()).toEqual([said]);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(operations()).toEqual([said]);
  });

  it("that goes on is known to whoever begins to watch, and what is over is not", async () => {
    const { tell, watch } = home();
    const [going, killed, done] = [await worker(), await worker(), await worker()];
    for (const { operation } of [going, killed, done]) tell(operation);
    tell({ ...done.operation, ended: { at: Date.now(), ok: true, text: "done" } });
    await end(killed.child);
    const { operations } = watch();
    await soon(() => {
      expect(operations()).toEqual([going.operation]);
    });
    await end(going.child);
    await soon(() => {
      expect(operations()).toMatchObject([{ id: going.operation.id, ended: { ok: false } }]);
    });
  });
});
