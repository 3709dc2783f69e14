import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/ground/index.ts";
import { openAlertDesk, openHistory } from "../../../src/watch/effects/index.ts";
import { defaultAlertSettings } from "../../../src/watch/index.ts";
import { openPager } from "../../support/pager.ts";
import { soon } from "../../support/soon.ts";

let folder = "";
let path = "";
const running: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clawback-processes-"));
  path = join(folder, "history.sqlite");
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.kill();
  rmSync(folder, { recursive: true, force: true });
});

type Running = {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly said: () => string;
  readonly say: (line: string) => void;
  readonly kill: () => Promise<void>;
};

const run = (program: string, ...words: readonly string[]): Running => {
  const file = new URL(`../../support/${program}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, path, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
  });
  const one: Running = {
    child,
    said: () => output,
    say: (line) => child.stdin.write(`${line}\n`),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
  running.push(one);
  return one;
};

/** One leads and the others follow, whichever that is: a machine that holds the leader up for a second changes it. */
const rolesIn = (all: readonly Running[], state: string): void => {
  const follow = all.slice(1).map(() => `follows ${state}`);
  expect(all.map(lastWord).toSorted()).toEqual([...follow, `leads ${state}`]);
};

const lastWord = (one: Running): string => one.said().trimEnd().split("\n").at(-1) ?? "";

describe("processes that share a history", () => {
  it("tell people once, and go on telling when the one that told is killed", async () => {
    await using pager = await openPager();
    const began = String(Date.now());
    const first = run("watcher.child.ts", pager.url, began);
    await soon(() => {
      expect(lastWord(first)).toBe("leads well");
    });
    const second = run("watcher.child.ts", pager.url, began);
    const both = [first, second];
    await soon(() => {
      rolesIn(both, "well");
    });

    for (const each of both) each.say("down");
    await soon(() => {
      rolesIn(both, "firing");
    });
    // A command in a third process answers for both.
    using history = openHistory({ path, now: Date.now(), owner: "command" });
    const desk = openAlertDesk(history, { clock: systemClock, by: "me", settings: defaultAlertSettings });
    const [alert] = desk.firing().alerts;
    desk.acknowledge(alert?.id ?? "");
    await soon(() => {
      rolesIn(both, "acknowledged");
    });
    for (const each of both) each.say("up");
    await soon(() => {
      rolesIn(both, "resolved");
      expect(pager.calls).toEqual(["fired", "resolved"]);
    });

    // Killed at the worst moment: the gateway is down, and nobody has been told.
    const [leader, other] = lastWord(second).startsWith("leads") ? [second, first] : [first, second];
    for (const each of both) each.say("down");
    await leader.kill();
    await soon(() => {
      rolesIn([other], "firing");
      expect(pager.calls).toEqual(["fired", "resolved", "fired"]);
    });

    // And who starts again beside the new leader tells nobody of what they know.
    const third = run("watcher.child.ts", pager.url, began);
    const left = [other, third];
    await soon(() => {
      rolesIn(left, "firing");
    });
    for (const each of left) each.say("up");
    await soon(() => {
      rolesIn(left, "resolved");
      expect(pager.calls).toEqual(["fired", "resolved", "fired", "resolved"]);
    });
  });

  it("read it, several at once, while another writes as fast as it can", async () => {
    const writer = run("history-writer.ts");
    await soon(() => {
      expect(writer.said().split("\n").length).toBeGreaterThan(3);
    });
    const readers = [
      run("history-reader.child.ts"),
      run("history-reader.child.ts"),
      run("history-reader.child.ts"),
    ];
    for (const reader of readers) {
      await soon(() => {
        expect(reader.said()).toContain("read\n");
      });
    }
    const written = writer.said().split("\n").length;
    await soon(() => {
      expect(writer.said().split("\n").length).toBeGreaterThan(written + 50);
      for (const reader of readers) expect(reader.said().split("read\n").length).toBeGreaterThan(3);
    });
    for (const reader of readers) reader.child.stdin.end();
    for (const reader of readers) {
      await soon(() => {
        expect(lastWord(reader)).toMatch(/^\{/);
      });
      const { newest, wentBack } = JSON.parse(lastWord(reader)) as Record<string, number>;
      expect(newest).toBeGreaterThan(Date.now() - 60_000);
      expect(wentBack).toBe(0);
    }
  });
});
