import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { FilesBelow, SourcePlan } from "../../../src/core/index.ts";
import { newVault, temporary } from "../support/places.ts";

/** What a save tells, while it saves, of the files below directories of its state. */
const told = async (
  plan: SourcePlan,
  vaultAt: string,
  ask: (filesBelow: FilesBelow) => unknown,
): Promise<unknown> => {
  const vault = await newVault(vaultAt);
  let answer: unknown;
  await vault.save(plan, {
    kind: "manual",
    describe: (_, filesBelow) => {
      answer = ask(filesBelow);
      return Promise.resolve({ vitals: {}, sessions: {} });
    },
  });
  return answer;
};

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe("the files below a directory, as a save has seen them", () => {
  it("are all of them, by their path from there", async () => {
    using place = temporary();
    const state = place.at("state");
    write(`${state}/notes/b/deep/ü.md`, "four");
    write(`${state}/notes/a.md`, "1");
    write(`${state}/notes-beside/x.md`, "no");
    write(`${state}/notes.md`, "no");
    symlinkSync("a.md", `${state}/notes/link.md`);
    const elsewhere = place.at("elsewhere");
    write(`${elsewhere}/notes/other.md`, "22");
    const plan: SourcePlan = {
      roots: [
        { prefix: "", path: state },
        { prefix: "@more", path: elsewhere },
      ],
      excludes: () => false,
    };
    const answer = await told(plan, place.at("vault"), (filesBelow) => [
      filesBelow(`${state}/notes`),
      filesBelow(`${elsewhere}/notes`),
      filesBelow(elsewhere),
      filesBelow(state),
      filesBelow(`${state}/notes/b/deep/`),
    ]);
    expect(answer).toEqual([
      [
        { path: "a.md", sizeBytes: 1 },
        { path: "b/deep/ü.md", sizeBytes: 4 },
      ],
      [{ path: "other.md", sizeBytes: 2 }],
      [{ path: "notes/other.md", sizeBytes: 2 }],
      // Of the state directory nobody asks for all.
      undefined,
      [{ path: "ü.md", sizeBytes: 4 }],
    ]);
  });

  it("are not known where the walk has not seen all of them", async () => {
    using place = temporary();
    const state = place.at("state");
    write(`${state}/whole/a.md`, "1");
    write(`${state}/part/a.md`, "1");
    write(`${state}/part/left/out.md`, "1");
    symlinkSync("whole", `${state}/link`);
    const plan: SourcePlan = {
      roots: [{ prefix: "", path: state }],
      excludes: (path) => path === "part/left",
    };
    const answer = await told(plan, place.at("vault"), (filesBelow) => [
      filesBelow(`${state}/whole`),
      filesBelow(`${state}/part`),
      filesBelow(`${state}/link`),
      filesBelow(`${state}/whole/a.md`),
      filesBelow(`${state}/missing`),
      filesBelow(place.path),
    ]);
    expect(answer).toEqual([
      [{ path: "a.md", sizeBytes: 1 }],
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
