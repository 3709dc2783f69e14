import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { diskStore, initVault, openVault, type Progress } from "../../../src/core/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

/** Holds a database for itself until it is killed. */
const holding = `
const database = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
database.exec("PRAGMA locking_mode=EXCLUSIVE; CREATE TABLE t(x); INSERT INTO t VALUES(1); BEGIN EXCLUSIVE");
console.log("held"); setInterval(() => undefined, 1000);
`;

describe("a save says clearly", () => {
  it("that there is no such directory", async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    await expect(vault.save(everything(place.at("none")), { kind: "full" })).rejects.toMatchObject({
      code: "STATE_DIR_MISSING",
      exit: 2,
    });
    expect((await vault.list()).snapshots).toEqual([]);
  });

  it("that the vault lies inside what it saves, or the reverse, also through a link", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const inside = await newVault(place.at("state/vault"));
    await expect(inside.save(everything(place.at("state")), { kind: "full" })).rejects.toMatchObject({
      code: "VAULT_OVERLAPS_STATE",
      exit: 2,
    });
    const vault = await newVault(place.at("vault"));
    mkdirSync(place.at("vault/state"));
    await expect(vault.save(everything(place.at("vault/state")), { kind: "full" })).rejects.toMatchObject({
      code: "VAULT_OVERLAPS_STATE",
    });
    symlinkSync(place.at("vault/state"), place.at("link"));
    await expect(vault.save(everything(place.at("link")), { kind: "full" })).rejects.toMatchObject({
      code: "VAULT_OVERLAPS_STATE",
    });
  });

  it("that a database is held by another program, and saves the rest", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/note"), "x");
    const holder = spawn(process.execPath, ["--no-warnings", "-e", holding, place.at("state/held.sqlite")]);
    await once(holder.stdout, "data");
    const vault = await newVault(place.at("vault"));
    const { snapshot, findings } = await vault.save(everything(place.at("state")), { kind: "full" });
    expect(findings).toMatchObject([
      {
        code: "DATABASE_NOT_CAPTURED",
        path: "held.sqlite",
        hint: expect.stringContaining("Another program"),
      },
    ]);
    const paths: string[] = [];
    for await (const { path } of vault.files(snapshot.id)) paths.push(path);
    expect(paths).toEqual(["note"]);
    const gone = once(holder, "exit");
    holder.kill();
    await gone;
  });

  it("that a vault is there already, or is not", async () => {
    using place = temporary();
    await newVault(place.at("vault"));
    await expect(
      initVault(diskStore(place.at("vault")), { keyFile: place.at("second.key") }),
    ).rejects.toMatchObject({ code: "VAULT_EXISTS" });
    await expect(openVault(place.at("nowhere"), { keys: {} })).rejects.toMatchObject({
      code: "VAULT_MISSING",
      exit: 4,
    });
  });

  it("nothing at all about an empty directory: it is saved", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const vault = await newVault(place.at("vault"));
    const { snapshot, findings } = await vault.save(everything(place.at("state")), { kind: "full" });
    expect(findings).toEqual([]);
    expect(snapshot).toMatchObject({ files: 0, bytes: 0 });
    expect(await vault.restoreTo(snapshot.id, place.at("out"))).toMatchObject({ files: 0, findings: [] });
  });
});

describe("a save", () => {
  it("carries vitals and session leaves, and gives back every field of the contract", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/a"), "a");
    chmodSync(place.at("state/a"), 0o640);
    const vault = await newVault(place.at("vault"));
    const { snapshot } = await vault.save(everything(place.at("state")), {
      kind: "pre-op",
      name: "before-deploy",
      tags: ["deploy"],
      description: "why",
      gateway: "prod-eu",
      host: "h",
      expiresAt: "2027-01-01T00:00:00.000Z",
      describe: async () => ({
        gatewayVersion: "2026.9.6",
        vitals: { agents: 2, contextUsage: 0.5 },
        sessions: { "agent:main:main": { leaf: "e1" } },
      }),
    });
    expect(Object.keys(snapshot).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      "bytes compression createdAt description encrypted expiresAt files gateway gatewayVersion host id kind name newBytes protected stateDir storedBytes tags verifiedAt vitals".split(
        " ",
      ),
    );
    expect(await vault.show(snapshot.id)).toEqual(snapshot);
    expect((await vault.carried(snapshot.id)).sessions).toEqual({ "agent:main:main": { leaf: "e1" } });
    const rows = [];
    for await (const row of vault.files(snapshot.id)) rows.push(row);
    expect(rows).toMatchObject([
      { path: "a", type: "file", size: 1, mode: 0o640, mtimeNs: expect.stringMatching(/^\d+$/) },
    ]);
  });

  it("tells how far it is, and stops when it is told to, leaving no snapshot", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    for (let at = 0; at < 30; at += 1) writeFileSync(place.at(`state/${at}`), noise(1_000_000, at + 1));
    const vault = await newVault(place.at("vault"));
    const seen: Progress[] = [];
    const stop = new AbortController();
    await expect(
      vault.save(everything(place.at("state")), {
        kind: "full",
        signal: stop.signal,
        onProgress: (progress) => {
          seen.push(progress);
          if (progress.phase === "read" && progress.done > 0) stop.abort();
        },
      }),
    ).rejects.toThrow(/abort/i);
    expect((await vault.list()).snapshots).toEqual([]);
    seen.length = 0;
    await vault.save(everything(place.at("state")), {
      kind: "full",
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.filter(({ phase }) => phase === "read").at(-1)).toMatchObject({
      unit: "bytes",
      done: 30_000_000,
      total: 30_000_000,
      etaMs: 0,
    });
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
  });

  it("keeps several directories apart under names of their own", async () => {
    using place = temporary();
    for (const name of ["state", "work"]) {
      mkdirSync(place.at(name));
      writeFileSync(place.at(`${name}/file`), name);
    }
    const vault = await newVault(place.at("vault"));
    const roots = [
      { prefix: "", path: place.at("state") },
      { prefix: "workspace@work", path: place.at("work") },
    ];
    const { snapshot } = await vault.save(
      { roots, excludes: (path) => path.endsWith("skip") },
      { kind: "full" },
    );
    expect((await vault.readFile(snapshot.id, "file")).toString()).toBe("state");
    expect((await vault.readFile(snapshot.id, "workspace@work/file")).toString()).toBe("work");
    await expect(
      vault.save(
        { roots: [...roots, { prefix: "file", path: place.at("work") }], excludes: () => false },
        { kind: "full" },
      ),
    ).rejects.toMatchObject({ code: "ROOTS_CLASH" });
  });

  it("compares what was saved with what is there now, without reading what did not change", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/same"), "same");
    writeFileSync(place.at("state/other"), "other");
    const database = new DatabaseSync(place.at("state/d.sqlite"));
    database.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(x)");
    const vault = await newVault(place.at("vault"));
    const plan = everything(place.at("state"));
    const { snapshot } = await vault.save(plan, { kind: "full" });
    writeFileSync(place.at("state/other"), "changed");
    writeFileSync(place.at("state/new"), "new");
    const { compareSides } = await import("../../../src/core/index.ts");
    const sides = await vault.besideLive(snapshot.id, plan);
    const { files } = compareSides(
      { id: "a", vitals: {}, files: sides.snapshot },
      { id: "live", vitals: {}, files: sides.live },
      { redact: (_, value) => value },
    );
    expect(files.added.map(({ path }) => path)).toEqual(["new"]);
    expect(files.removed).toEqual([]);
    expect(files.changed.map(({ path }) => path)).toEqual(["other"]);
    database.close();
  });
});
