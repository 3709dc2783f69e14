import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import {
  cleanStaged,
  everything,
  openJournal,
  phaseOf,
  putBack,
  recoverPending,
  type Finding,
  type TakebackScope,
} from "../../../src/core/index.ts";
import { Problem, systemClock } from "../../../src/ground/index.ts";
import { newVault, temporary } from "../support/places.ts";
import { microsecondOf } from "../support/trees.ts";
import { finish, guard, takeBack } from "./support/drive.ts";
import { hashOf, makeScene, planOf, rowsOf, ruin, type Scene } from "./support/scene.ts";

const part = (words: string, includes: (path: string) => boolean, hot = false): TakebackScope => ({
  words,
  extent: { kind: "part", includes, hot },
});

const ruined = async (place: ReturnType<typeof temporary>) => {
  const vault = await newVault(place.at("vault"));
  const scene = makeScene(place.at("home"));
  const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
  ruin(scene);
  return { vault, scene, snapshot: snapshot.id };
};

const lockOf = (scene: Scene, pid: number, startTime: number): void => {
  mkdirSync(join(scene.stateDir, "tmp/openclaw-0"), { recursive: true });
  writeFileSync(
    join(scene.stateDir, "tmp/openclaw-0/gateway.state.lock"),
    JSON.stringify({ pid, startTime, port: 1 }),
  );
};

const ownStart = (): number => {
  const stat = readFileSync("/proc/self/stat", "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
};

describe("a restore in place", () => {
  it("brings back what was, keeps what belongs to the host, and leaves out what named a process", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    await takeBack({ vault, scene, snapshot, scope: everything });
    const state = join(scene.stateDir, "state/openclaw.sqlite");
    expect(rowsOf(state, "SELECT what FROM facts")).toEqual(["before"]);
    expect(rowsOf(state, "SELECT count(*) FROM state_leases")).toEqual([0]);
    expect(rowsOf(state, "SELECT count(*) FROM delivery_queue_entries")).toEqual([0]);
    const agent = join(scene.stateDir, "agents/main/agent/openclaw-agent.sqlite");
    expect(rowsOf(agent, "SELECT length FROM said")).toEqual([10]);
    expect(rowsOf(agent, "SELECT count(*) FROM agent_database_leases")).toEqual([0]);
    expect(readFileSync(join(scene.workspace, "AGENTS.md"), "utf8")).toBe("how it was");
    expect(existsSync(join(scene.workspace, "new.md"))).toBe(false);
    expect(existsSync(join(scene.stateDir, "agents/other"))).toBe(false);
    // Of the host: the cache and the log of what happened. Of a process: its locks.
    expect(existsSync(join(scene.stateDir, "cache/ui/assets"))).toBe(true);
    expect(readFileSync(join(scene.stateDir, "logs/gateway.log"), "utf8")).toBe("then\nnow\n");
    expect(existsSync(join(scene.stateDir, "tmp"))).toBe(false);
    const mode = (path: string): string => (lstatSync(join(scene.stateDir, path)).mode & 0o777).toString(8);
    expect([
      mode("."),
      mode("agents"),
      mode("state"),
      mode("openclaw.json"),
      mode("state/openclaw.sqlite"),
    ]).toEqual(["700", "700", "700", "600", "600"]);
  });

  it("can be rolled back to every byte of what was there", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    const before = hashOf(scene);
    const journal = await takeBack({ vault, scene, snapshot, scope: everything });
    writeFileSync(join(scene.stateDir, "written-since"), "by the restored gateway");
    await putBack(journal, "it did not come up", guard);
    expect(hashOf(scene)).toBe(before);
    // What was written to the restored state is kept beside.
    expect(existsSync(join(scene.home, ".openclaw.clawback-t1-undone/written-since"))).toBe(true);
  });

  it("deletes the old state when it is accepted, and not before", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    const journal = await takeBack({ vault, scene, snapshot, scope: everything });
    expect(existsSync(join(scene.home, ".openclaw.clawback-t1-old/openclaw.json"))).toBe(true);
    await finish(journal, "accept");
    expect(readdirSync(scene.home).filter((name) => name.includes("clawback-t1"))).toEqual([]);
    expect(openJournal(scene.stateDir)).toBeUndefined();
  });

  it.each<[string, TakebackScope, readonly string[]]>([
    ["only the configuration", part("config", (path) => path === "openclaw.json", true), ["openclaw.json"]],
    [
      "one database with the rows in its log",
      part("sessions", (path) => path.startsWith("agents/main/agent/openclaw-agent.sqlite")),
      ["agents/main/agent/openclaw-agent.sqlite"],
    ],
    [
      "the workspace with a directory that is gone",
      part("workspace", (path) => path.startsWith("workspace:main")),
      ["workspace"],
    ],
  ])("takes back %s and nothing else, and puts exactly that back", async (_name, scope, changed) => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    const before = hashOf(scene);
    const journal = await takeBack({ vault, scene, snapshot, scope });
    const isConfig = readFileSync(join(scene.stateDir, "openclaw.json"), "utf8").includes('"port":1');
    const said = rowsOf(
      join(scene.stateDir, "agents/main/agent/openclaw-agent.sqlite"),
      "SELECT length FROM said",
    );
    const facts = rowsOf(join(scene.stateDir, "state/openclaw.sqlite"), "SELECT what FROM facts");
    const isWorkspace = existsSync(join(scene.workspace, "memory/2026-11-19.md"));
    expect({ isConfig, said, facts, isWorkspace, new: existsSync(join(scene.workspace, "new.md")) }).toEqual({
      isConfig: changed.includes("openclaw.json"),
      said: changed.some((path) => path.startsWith("agents")) ? [10] : [10, 20],
      facts: ["before", "after"],
      isWorkspace: changed.includes("workspace"),
      new: !changed.includes("workspace"),
    });
    await finish(journal, "put-back");
    expect(hashOf(scene)).toBe(before);
  });

  it("takes back a part with a name that is no text, and puts that back", async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    const scene = makeScene(place.at("home"));
    // Latin-1, as an old archive leaves it: not valid as UTF-8.
    const name = Buffer.concat([Buffer.from(`${scene.workspace}/caf`), Buffer.from([0xe9])]);
    writeFileSync(name, "then");
    const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
    ruin(scene);
    writeFileSync(name, "now, and longer");
    const journal = await takeBack({
      vault,
      scene,
      snapshot: snapshot.id,
      scope: part("workspace", (path) => path.startsWith("workspace:main")),
    });
    expect(readFileSync(name, "utf8")).toBe("then");
    await finish(journal, "put-back");
    expect(readFileSync(name, "utf8")).toBe("now, and longer");
  });

  it("takes all of it back when directories and databases have names that are no text", async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    const scene = makeScene(place.at("home"));
    const odd = Buffer.concat([Buffer.from(`${scene.stateDir}/agents/caf`), Buffer.from([0xe9])]);
    mkdirSync(odd);
    const database = Buffer.concat([odd, Buffer.from("/memory.sqlite")]);
    writeFileSync(database, readFileSync(join(scene.stateDir, "state/openclaw.sqlite")));
    const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
    ruin(scene);
    rmSync(database);
    const before = hashOf(scene);
    const journal = await takeBack({ scene, vault, snapshot: snapshot.id, scope: everything });
    expect(lstatSync(database).mode & 0o777).toBe(0o600);
    await finish(journal, "put-back");
    expect(hashOf(scene)).toBe(before);
  });

  it("takes back a file in whose place a directory stands, and puts that back with all it holds", async () => {
    using place = temporary();
    const vault = await newVault(place.at("vault"));
    const scene = makeScene(place.at("home"));
    const notes = join(scene.workspace, "notes");
    writeFileSync(notes, "a file then");
    const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
    rmSync(notes);
    mkdirSync(notes);
    writeFileSync(join(notes, "inner"), "a directory now");
    const before = hashOf(scene);
    const scope = part("workspace", (path) => path.startsWith("workspace:main"));
    const journal = await takeBack({ scene, vault, snapshot: snapshot.id, scope });
    expect(readFileSync(notes, "utf8")).toBe("a file then");
    await finish(journal, "put-back");
    expect(hashOf(scene)).toBe(before);
  });

  it("is refused while the owner lives, and clears up after itself", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    lockOf(scene, process.pid, ownStart());
    const before = hashOf(scene);
    await expect(takeBack({ vault, scene, snapshot, scope: everything })).rejects.toMatchObject({
      code: "STATE_OWNED",
    });
    expect(hashOf(scene)).toBe(before);
    expect((await recoverPending(scene.stateDir, { clock: systemClock })).kind).toBe("abandoned");
    expect(readdirSync(scene.home).filter((name) => name.includes("clawback-t1"))).toEqual([]);
  });

  it("does not go on between old and new while a gateway runs on it", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    await expect(
      takeBack({
        vault,
        scene,
        snapshot,
        scope: everything,
        onStep: (point) => {
          if (point === "exchange 0") throw new Error("power is gone");
        },
      }),
    ).rejects.toThrow("power is gone");
    lockOf(scene, process.pid, ownStart());
    await expect(recoverPending(scene.stateDir, { clock: systemClock })).rejects.toMatchObject({
      code: "STATE_OWNED",
    });
    lockOf(scene, process.pid, 1);
    expect((await recoverPending(scene.stateDir, { clock: systemClock })).kind).toBe("swapped");
  });

  it("leaves a damaged snapshot alone", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    const packs = join(place.at("vault"), "packs");
    for (const name of readdirSync(packs, { recursive: true, encoding: "utf8" })) {
      const path = join(packs, name);
      if (!lstatSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      bytes.fill(0, 100, Math.floor(bytes.length / 2));
      writeFileSync(path, bytes, { mode: 0o600 });
    }
    const before = hashOf(scene);
    await expect(takeBack({ vault, scene, snapshot, scope: everything })).rejects.toMatchObject({
      hint: expect.any(String),
    });
    expect(hashOf(scene)).toBe(before);
    expect((await recoverPending(scene.stateDir, { clock: systemClock })).kind).toBe("abandoned");
  });

  it("says what has no room, and does not promise that what was written stays", async () => {
    using place = temporary();
    const { vault, scene, snapshot } = await ruined(place);
    const full = new Problem("TARGET_FULL", "The restore cannot go on: ENOSPC", {
      hint: "what is right stays",
    });
    vi.spyOn(vault, "restoreTo").mockRejectedValue(full);
    await expect(takeBack({ vault, scene, snapshot, scope: everything })).rejects.toMatchObject({
      code: "STAGED_FULL",
      message: expect.stringContaining(scene.stateDir),
      hint: expect.not.stringContaining("stays"),
    });
  });

  it("leaves the live state alone when the disk takes no more", async () => {
    using place = temporary();
    const { scene, snapshot } = await ruined(place);
    const before = hashOf(scene);
    // A limit on the size of files stands for a full disk: writes fall short in the same way.
    const ran = spawnSync(
      "bash",
      [
        "-c",
        'ulimit -f 4; exec "$0" "$@"',
        process.execPath,
        "--no-warnings",
        join(import.meta.dirname, "support/takeback.child.ts"),
        scene.home,
        place.at("vault"),
        snapshot,
      ],
      { encoding: "utf8" },
    );
    expect(ran.status).not.toBe(0);
    expect(hashOf(scene)).toBe(before);
    const journal = openJournal(scene.stateDir);
    expect(journal === undefined ? "none" : phaseOf(journal.records)).toBe("preparing");
    expect((await recoverPending(scene.stateDir, { clock: systemClock })).kind).toBe("abandoned");
    expect(readdirSync(scene.home).filter((name) => name.includes("clawback-t1"))).toEqual([]);
  });
});

/** A database, then what is left of it. */
const damagedDatabase = (path: string): void => {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE state_leases(x)");
  database.close();
  writeFileSync(path, readFileSync(path).fill(0xff, 100, 200));
};

describe("a state that was laid out somewhere", () => {
  it("has the databases in its workspaces as they were, whole or not", async () => {
    using place = temporary();
    for (const name of ["workspace", "workspace-work", "other", "state"]) mkdirSync(place.at(name));
    const kept = ["workspace/a.sqlite", "workspace-work/b.db", "other/c.sqlite"];
    for (const path of kept) damagedDatabase(place.at(path));
    writeFileSync(place.at("workspace/shared.key"), "for the team", { mode: 0o644 });
    const before = kept.map((path) => readFileSync(place.at(path), "base64"));
    expect(await cleanStaged(place.path, "this-one", { workspaces: ["other"] })).toEqual([]);
    expect(kept.map((path) => readFileSync(place.at(path), "base64"))).toEqual(before);
    expect(lstatSync(place.at("workspace/shared.key")).mode & 0o777).toBe(0o644);
  });

  it("is no further on for a database of the gateway that is not whole, unless somebody hears of it", async () => {
    using place = temporary();
    const { stateDir } = makeScene(place.at("home"));
    damagedDatabase(join(stateDir, "state/old.sqlite"));
    await expect(cleanStaged(stateDir, "this-one")).rejects.toMatchObject({
      code: "STAGED_DATABASE_DAMAGED",
      hint: expect.stringContaining("--except state/old.sqlite") as string,
    });
    const heard: Finding[] = [];
    const cleaned = await cleanStaged(stateDir, "this-one", { onDamaged: (finding) => heard.push(finding) });
    expect(heard).toMatchObject([{ code: "DATABASE_DAMAGED", path: "state/old.sqlite" }]);
    expect(cleaned.map(({ path }) => path).toSorted()).toEqual([
      "agents/main/agent/openclaw-agent.sqlite",
      "state/openclaw.sqlite",
    ]);
  });

  it("has directories with the times they had, also where databases were opened in them", async () => {
    using place = temporary();
    const { stateDir } = makeScene(place.at("home"));
    const directories = ["state", "agents/main/agent"].map((path) => join(stateDir, path));
    for (const path of directories) utimesSync(path, 1_600_000_000.25, 1_600_000_000.25);
    expect(await cleanStaged(stateDir, "this-one")).toHaveLength(2);
    const times = directories.map((path) => microsecondOf(lstatSync(path, { bigint: true }).mtimeNs));
    expect(times).toEqual([1_600_000_000_250_000n, 1_600_000_000_250_000n]);
  });
});
