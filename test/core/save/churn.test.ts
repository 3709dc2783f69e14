import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import type { Finding, StateWords } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

const nothing: StateWords = { vitals: {}, sessions: {} };

describe("files that change while they are saved", () => {
  it("between the walk and the reading: each is whole as it was read, or not there", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(`${state}/dir`, { recursive: true });
    mkdirSync(place.at("outside"));
    writeFileSync(place.at("outside/secret"), "nobody's business");
    for (const name of ["grows", "shrinks", "vanishes", "linked", "piped", "foldered", "emptied", "dir/gone"])
      writeFileSync(`${state}/${name}`, noise(150_000, name.length));
    const vault = await newVault(place.at("vault"));
    const saved = await vault.save(everything(state), {
      kind: "full",
      // Called after the walk and before the first byte is read.
      describe: async () => {
        appendFileSync(`${state}/grows`, noise(80_000, 1));
        truncateSync(`${state}/shrinks`, 100_000);
        truncateSync(`${state}/emptied`, 0);
        for (const name of ["vanishes", "linked", "piped", "foldered"]) rmSync(`${state}/${name}`);
        symlinkSync(place.at("outside/secret"), `${state}/linked`);
        spawnSync("mkfifo", [`${state}/piped`]);
        mkdirSync(`${state}/foldered`);
        rmSync(`${state}/dir`, { recursive: true });
        writeFileSync(`${state}/born`, "after the walk");
        return nothing;
      },
    });
    const said = saved.findings.map(({ code, path }: Finding) => `${code} ${path ?? ""}`);
    expect(said).toEqual(["FILE_UNREADABLE foldered", "FILE_UNREADABLE linked", "FILE_UNREADABLE piped"]);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    const { id } = saved.snapshot;
    const restored = await vault.restoreTo(id, place.at("out"));
    expect(restored.findings).toEqual([]);
    for (const name of ["grows", "shrinks", "emptied"])
      expect(readFileSync(place.at(`out/${name}`)).equals(readFileSync(`${state}/${name}`))).toBe(true);
    for (const name of ["vanishes", "linked", "piped", "foldered", "dir/gone"])
      expect(lstatSync(place.at(`out/${name}`), { throwIfNoEntry: false })).toBeUndefined();
    // The next one has them as they are now.
    const next = await vault.save(everything(state), { kind: "full" });
    expect(next.findings).toEqual([]);
    const rows: string[] = [];
    for await (const { path, type } of vault.files(next.snapshot.id)) rows.push(`${type} ${path}`);
    expect(rows).toEqual([
      "file born",
      "file emptied",
      "directory foldered",
      "file grows",
      "symlink linked",
      "fifo piped",
      "file shrinks",
    ]);
  });

  it("while they are read: what is kept is a beginning of what was there, and says its own length", async () => {
    using place = temporary();
    const state = place.at("state");
    mkdirSync(state);
    // Large enough for several windows and threads; rotated and grown in between.
    writeFileSync(`${state}/log`, noise(30_000_000, 1));
    writeFileSync(`${state}/rotated`, noise(20_000_000, 2));
    const vault = await newVault(place.at("vault"));
    const before = readFileSync(`${state}/log`);
    let changes = 0;
    const { snapshot, findings } = await vault.save(everything(state), {
      kind: "full",
      onProgress: ({ phase }) => {
        if (phase !== "read") return;
        changes += 1;
        appendFileSync(`${state}/log`, "a line that came later\n");
        renameSync(`${state}/rotated`, `${state}/rotated.1`);
        writeFileSync(`${state}/rotated`, "begun anew");
      },
    });
    expect(changes).toBeGreaterThan(0);
    expect(findings).toEqual([]);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
    expect((await vault.restoreTo(snapshot.id, place.at("out"))).findings).toEqual([]);
    const kept = readFileSync(place.at("out/log"));
    expect(kept.length).toBeGreaterThanOrEqual(before.length);
    expect(readFileSync(`${state}/log`).subarray(0, kept.length).equals(kept)).toBe(true);
  });
});
