import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../../../src/ground/index.ts";
import { sessionFiles, vaultHome } from "./vault-home.ts";

const at = (iso: string): Clock => ({ ...systemClock, now: () => Date.parse(iso) });
const firstMoment = { clock: at("2026-03-02T10:56:00Z") };
const secondMoment = { clock: at("2026-03-02T10:58:30Z") };

const lines = (text: string): readonly string[] => text.trimEnd().split("\n");

describe("the first save", () => {
  it("makes the vault at its usual place, says so, and writes no recovery key into a log", async () => {
    await using at = await vaultHome();
    const saved = await at.run(["snapshots", "save"], firstMoment);
    expect(saved.code).toBe(0);
    expect(lines(saved.out)[0]).toBe("✅ Saved snapshot: 2026-03-02-10-56");
    expect(saved.err).toContain(
      `There was no vault yet: it was made at ${at.home}/.local/share/clawback/vault.`,
    );
    expect(saved.err).toContain("clawback vault key export");
    const { out: key } = await at.run(["vault", "key", "export"]);
    expect(saved.err + saved.out).not.toContain(key.trim());
    expect((await stat(join(at.home, ".config/clawback/vault.key"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(at.home, ".local/share/clawback/vault"))).mode & 0o777).toBe(0o700);
  });

  it("shows the recovery key once to a person at a terminal", async () => {
    await using at = await vaultHome();
    const terminal = { interactive: true, columns: 80, rows: 24 };
    const first = await at.run(["snapshots", "save"], { terminal });
    const { out: key } = await at.run(["vault", "key", "export"]);
    expect(first.err).toContain(key.trim());
    expect((await at.run(["snapshots", "save"], { terminal })).err).toBe("");
  });

  it("makes none at a place that somebody named", async () => {
    await using at = await vaultHome();
    const answer = await at.run(["snapshots", "save", "--vault", "/mnt/elsewhere"]);
    expect(answer).toMatchObject({ code: 4, out: "" });
    expect(lines(answer.err)).toEqual([
      "clawback: There is no vault at /mnt/elsewhere.",
      "  Make one with `clawback --vault /mnt/elsewhere vault init`, or name the right place with --vault.",
    ]);
  });
});

describe("documents", () => {
  it("have every field that scripts rely on", async () => {
    await using at = await vaultHome();
    const save = ["snapshots", "save", "--name", "before", "--tag", "deploy", "--description", "all well"];
    const saved = (await at.json(save)) as { snapshot: object };
    expect(Object.keys(saved.snapshot)).toEqual(
      expect.arrayContaining(
        "id name kind createdAt gateway host gatewayVersion stateDir tags description files bytes newBytes storedBytes compression encrypted verifiedAt expiresAt vitals".split(
          " ",
        ),
      ),
    );
    expect(saved.snapshot).toMatchObject({
      name: "before",
      kind: "manual",
      stateDir: at.stateDir,
      tags: ["deploy"],
      description: "all well",
      compression: "lz4",
      encrypted: true,
      verifiedAt: null,
      vitals: { contextUsage: 0.52, agents: 1, sessions: 1 },
    });
    expect(await at.json(["snapshots", "list"])).toMatchObject({ snapshots: [saved.snapshot] });
    const shown = (await at.json(["snapshots", "show", "before"])) as { files: readonly object[] };
    expect(shown).toMatchObject({ snapshot: saved.snapshot });
    expect(shown.files).toContainEqual({
      path: "workspace/MEMORY.md",
      type: "file",
      size: 33,
      mode: expect.any(Number) as number,
      mtimeNs: expect.stringMatching(/^\d+$/) as string,
    });
    expect(await at.json(["snapshots", "verify", "latest"])).toMatchObject({
      ok: true,
      snapshots: 1,
      findings: [],
    });
  });

  it("say errors on standard error, with their code and hint", async () => {
    await using at = await vaultHome();
    const answer = await at.run(["snapshots", "list", "--json"]);
    expect(answer).toMatchObject({ code: 4, out: "" });
    expect(JSON.parse(answer.err)).toMatchObject({
      error: { code: "VAULT_MISSING", hint: expect.stringContaining("vault init") as string },
    });
  });
});

describe("comparing", () => {
  it("begins with the report that users know, and goes on with sessions, the configuration and files", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"], firstMoment);
    const more = sessionFiles({
      "agent:main:main": { tokens: 78_000, messages: 9 },
      "agent:main:new": { tokens: 1_000, messages: 1 },
    });
    for (const [path, text] of Object.entries(more)) await at.write(path, text);
    await at.write("agents/work/sessions/sessions.json", "{}");
    await at.write("workspace/memory/2026-03-02.md", "tea\n");
    await at.write(
      "openclaw.json",
      JSON.stringify({ gateway: { port: 18790, auth: { token: "second-secret-value" } } }),
    );
    await at.run(["snapshots", "save"], secondMoment);
    const { out, code } = await at.run(["snapshots", "compare", "2026-03-02-10-56", "2026-03-02-10-58"]);
    expect(code).toBe(0);
    expect(lines(out).slice(0, 5)).toEqual([
      "Diff Report:",
      "- Context usage: 52% → 78% (+26%)",
      "- Agent count: 1 → 2 (+1 agent)",
      "- Memory keys: 1 → 2 (+1 key)",
      "- Files accessed: ? → ?",
    ]);
    expect(out).toContain("+ agent:main:new (1 message, 1,000 tokens)");
    expect(out).toContain("~ agent:main:main: messages 4 → 9, tokens 52,000 → 78,000");
    expect(out).toContain("~ gateway.port: 18789 → 18790");
    expect(out).toMatch(/~ gateway\.auth\.token: "••••\w\w" → "••••\w\w"/);
    expect(out).not.toContain("secret-value");
    expect(out).toContain("+ workspace/memory/2026-03-02.md (4 B)");

    const document = (await at.json(["snapshots", "compare", "latest~1", "latest"])) as object;
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(["a", "b", "vitals", "files", "sessions", "databases", "config"]),
    );
    expect(JSON.stringify(document)).not.toContain("secret-value");
  });

  it("says of what could not be read that it is not known, and not that it came or went", async () => {
    await using at = await vaultHome();
    const path = join(at.stateDir, "held.sqlite");
    const holding = `const database = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
      database.exec("PRAGMA locking_mode=EXCLUSIVE; CREATE TABLE t(x); BEGIN EXCLUSIVE");
      console.log("held"); setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ["--no-warnings", "-e", holding, path]);
    await once(holder.stdout, "data");
    expect(await at.run(["snapshots", "save", "--name", "without"])).toMatchObject({ code: 1 });
    const gone = once(holder, "exit");
    holder.kill();
    await gone;
    expect(await at.run(["snapshots", "save", "--name", "with"])).toMatchObject({ code: 0 });
    const compared = await at.run(["snapshots", "compare", "without", "with"]);
    expect(compared.out).toContain("held.sqlite of");
    expect(compared.out).toContain("could not be read and is not compared");
    expect(await at.json(["snapshots", "compare", "without", "live"])).toMatchObject({
      files: { added: [], removed: [] },
    });
  });

  it("takes the running state for one side, and finds nothing where nothing changed", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    expect(await at.json(["snapshots", "compare", "latest", "live"])).toMatchObject({
      b: "live",
      files: { added: [], removed: [], changed: [] },
      sessions: { added: [], removed: [], changed: [] },
      config: [],
    });
    await at.write("workspace/MEMORY.md", "# Memory\n\n- the kettle is mended\n");
    expect(await at.json(["snapshots", "compare", "latest", "live"])).toMatchObject({
      files: { changed: [{ path: "workspace/MEMORY.md", what: ["content"] }] },
    });
    const { out } = await at.run(["snapshots", "compare", "latest", "live", "--file", "workspace/MEMORY.md"]);
    expect(lines(out)).toEqual([
      expect.stringMatching(/^--- \d{4}.*\/workspace\/MEMORY\.md$/) as string,
      "+++ live/workspace/MEMORY.md",
      "@@ -1,3 +1,3 @@",
      " # Memory",
      " ",
      "-- the kettle is broken",
      "+- the kettle is mended",
    ]);
  });

  it("takes for the running state the one that the snapshot was taken of, unless another is named", async () => {
    await using at = await vaultHome();
    await at.write("../elsewhere/openclaw.json", "{}");
    await at.write("../elsewhere/workspace/only-there.md", "x");
    await at.run(["vault", "init"]);
    expect(await at.run(["snapshots", "save", "--state-dir", "elsewhere"])).toMatchObject({ code: 0 });
    expect(await at.json(["snapshots", "compare", "latest", "live"])).toMatchObject({
      files: { added: [], removed: [], changed: [] },
    });
    const named = ["snapshots", "compare", "live", "latest", "--state-dir", ".openclaw"];
    expect(await at.run(named)).toMatchObject({ code: 2 });
    const { id } = ((await at.json(["snapshots", "list"])) as { snapshots: { id: string }[] })
      .snapshots[0] ?? {
      id: "",
    };
    expect(await at.json(["snapshots", "compare", "live", id, "--state-dir", ".openclaw"])).toMatchObject({
      files: { added: [{ path: "workspace/only-there.md" }] },
    });
  });

  it("hides secrets in the difference of a file too", async () => {
    await using at = await vaultHome();
    await at.write(
      "openclaw.json",
      '{\n  "gateway": { "auth": {\n    "token": "first-secret-value"\n  } }\n}\n',
    );
    await at.run(["snapshots", "save"]);
    await at.write(
      "openclaw.json",
      '{\n  "gateway": { "auth": {\n    "token": "second-secret-value"\n  } }\n}\n',
    );
    const { out } = await at.run(["snapshots", "compare", "latest", "live", "--file", "openclaw.json"]);
    expect(out).toMatch(/^-.*"token": "••••\w\w"$/m);
    expect(out).not.toContain("secret-value");
  });

  it("says that a broken configuration could not be compared, rather than that all of it is gone", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await at.write("openclaw.json", "{ gateway: ");
    const { out } = await at.run(["snapshots", "compare", "latest", "live"]);
    expect(out).toContain("⚠️ config: openclaw.json of live cannot be read");
    expect(out).not.toContain("Config:");
  });
});

describe("naming a snapshot", () => {
  it("takes ids, names, times and places in the row, and lists the candidates when several are meant", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save", "--name", "before"], firstMoment);
    await at.run(["snapshots", "save"], secondMoment);
    for (const ref of ["2026-03-02-10-56", "before", "latest~1", "2026-03-02-10:57"]) {
      expect(await at.json(["snapshots", "show", ref]), ref).toMatchObject({
        snapshot: { id: "2026-03-02-10-56" },
      });
    }
    expect(await at.run(["snapshots", "show", "2026-03"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("2026-03-02-10-58, 2026-03-02-10-56.") as string,
    });
    expect(await at.run(["snapshots", "save", "--name", "before"])).toMatchObject({ code: 2 });
    expect(await at.run(["snapshots", "save", "--name", "latest"])).toMatchObject({ code: 2 });
  });

  it("finds the last good one by the vitals kept with it, and says why", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"], firstMoment);
    await at.run(["snapshots", "save", "--kind", "anomaly"], secondMoment);
    const shown = await at.run(["snapshots", "show", "last-good"]);
    expect(lines(shown.out)[0]).toBe("Snapshot 2026-03-02-10-56");
    expect(shown.err).toMatch(/last-good is 2026-03-02-10-56: taken .* ago, and no trouble is known/);
  });

  it("never takes another in the place of one that was deleted", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"], firstMoment);
    await at.run(["snapshots", "save"], firstMoment);
    expect(await at.run(["snapshots", "delete", "2026-03-02-10-56", "--yes"])).toMatchObject({
      code: 0,
      out: "✅ Deleted snapshot: 2026-03-02-10-56\n",
    });
    expect(await at.run(["snapshots", "show", "2026-03-02-10-56"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("was deleted") as string,
    });
  });
});

describe("listing", () => {
  it("narrows by time, kind, tag and age", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save", "--tag", "a", "--tag", "b"], firstMoment);
    await at.run(["snapshots", "save", "--kind", "full", "--tag", "a"], secondMoment);
    const ids = async (...options: readonly string[]): Promise<readonly string[]> => {
      const { out } = await at.run(["snapshots", "list", "--json", ...options], {
        clock: { ...systemClock, now: () => Date.parse("2026-03-03T10:57:00Z") },
      });
      return (JSON.parse(out) as { snapshots: readonly { id: string }[] }).snapshots.map(({ id }) => id);
    };
    const [first, second] = ["2026-03-02-10-56", "2026-03-02-10-58"];
    expect(await ids()).toEqual([first, second]);
    expect(await ids("--latest")).toEqual([second]);
    expect(await ids("--since", "2026-03-02-10:57")).toEqual([second]);
    expect(await ids("--until", "2026-03-02-10:56")).toEqual([first]);
    expect(await ids("--since", "24h")).toEqual([second]);
    expect(await ids("--until", "2026-03-01")).toEqual([]);
    expect(await ids("--kind", "full")).toEqual([second]);
    expect(await ids("--tag", "a", "--tag", "b")).toEqual([first]);
    expect(await ids("--expired")).toEqual([first]);
  });

  it("shows no control characters of a file name, and twins where only ASCII is wanted", async () => {
    await using at = await vaultHome();
    await at.write("workspace/evil\u001b[2Jname", "x");
    const saved = await at.run(["snapshots", "save", "--ascii"]);
    expect(lines(saved.out)[0]).toMatch(/^\[ok\] Saved snapshot: /);
    const { out } = await at.run(["snapshots", "show", "latest", "--files", "--ascii"]);
    expect(out).toContain("workspace/evilname");
    expect(out).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe("a state directory that cannot be saved", () => {
  it.each([
    ["is missing", "missing", "STATE_DIR_MISSING"],
    ["is empty", "empty", "STATE_DIR_EMPTY"],
    ["is a file", "file", "STATE_DIR_INVALID"],
    ["holds the vault", ".local", "VAULT_OVERLAPS_STATE"],
    ["lies in the vault", ".local/share/clawback/vault/packs", "VAULT_OVERLAPS_STATE"],
  ])("because it %s is said in a line, with exit code 2", async (_why, name, code) => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await mkdir(join(at.home, "empty"));
    await writeFile(join(at.home, "file"), "");
    const answer = await at.run(["snapshots", "save", "--json", "--state-dir", name]);
    expect(answer).toMatchObject({ code: 2, out: "" });
    expect(JSON.parse(answer.err)).toMatchObject({ error: { code, hint: expect.any(String) as string } });
  });
});

describe("keeping and letting go", () => {
  it("says why each stays or goes, deletes only when told, and keeps what is protected", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save", "--name", "pinned"], firstMoment);
    await at.run(["snapshots", "save"], firstMoment);
    await at.run(["snapshots", "save"], secondMoment);
    await at.run(["snapshots", "protect", "pinned"]);
    const cleanup = ["snapshots", "cleanup", "--retention", "1h", "--keep-last", "1"];
    const dry = await at.run([...cleanup, "--dry-run"]);
    expect(dry.out).toMatch(/^goes +2026-03-02-10-56-2 .*older than 1h, and no other rule keeps it$/m);
    expect(dry.out).toMatch(/^stays +2026-03-02-10-56 .*protected: /m);
    expect(dry.out).toMatch(/^stays +2026-03-02-10-58 .*number 1 of the last 1/m);
    expect(await at.run(cleanup)).toMatchObject({ code: 5 });
    expect(await at.json([...cleanup, "--yes"])).toMatchObject({ deleted: ["2026-03-02-10-56-2"] });
    expect(await at.run(["snapshots", "delete", "pinned", "--yes"])).toMatchObject({ code: 5 });
    await at.run(["snapshots", "unprotect", "pinned"]);
    expect(await at.run(["snapshots", "delete", "pinned", "--yes"])).toMatchObject({ code: 0 });
  });

  it("asks for more than a y before the last verified one goes", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await at.run(["snapshots", "verify", "--all"]);
    const y = await at.run(["snapshots", "delete", "latest"], { ask: async () => "y" });
    expect(y).toMatchObject({ code: 5 });
    const typed = await at.run(["snapshots", "delete", "latest"], { ask: async () => "delete" });
    expect(typed).toMatchObject({ code: 0 });
  });

  it.each([
    [["snapshots", "save"]],
    [["snapshots", "delete", "latest", "--yes"]],
    [["snapshots", "protect", "latest"]],
    [["snapshots", "repair"]],
    [["snapshots", "restore", "latest", "--target", "there"]],
    [["vault", "gc"]],
    [["vault", "copy", "there"]],
    [["vault", "key", "rotate", "--yes"]],
  ])("does nothing with --read-only: %j", async (argv) => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    expect(await at.run([...argv, "--read-only"])).toMatchObject({ code: 5, out: "" });
    expect(await readdir(at.home)).toEqual([".config", ".local", ".openclaw"]);
  });
});

describe("reading back", () => {
  it("says what was checked in the words that users know", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"], firstMoment);
    const { out, code } = await at.run(["snapshots", "verify", "2026-03-02-10-56"]);
    expect(code).toBe(0);
    expect(lines(out).slice(0, 4)).toEqual([
      "✅ Integrity check: PASSED",
      "✅ Compression: lz4",
      expect.stringMatching(/^✅ Data size: \d+(\.\d)? k?B$/) as string,
      "✅ Timestamp: 2026-03-02 10:56:00",
    ]);
    expect(await at.json(["snapshots", "list"])).toMatchObject({
      snapshots: [{ verifiedAt: expect.any(String) as string }],
    });
  });

  it("counts a snapshot as verified only when every byte was read", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await at.run(["snapshots", "verify", "latest", "--quick"]);
    expect(await at.json(["snapshots", "list"])).toMatchObject({ snapshots: [{ verifiedAt: null }] });
  });

  it("restores a choice beside the live state, and only says so when asked to", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const restore = [
      "snapshots",
      "restore",
      "latest",
      "--target",
      "beside",
      "--only",
      "memory",
      "--only",
      "config",
    ];
    expect(await at.run([...restore, "--dry-run"])).toMatchObject({ code: 0 });
    expect(await readdir(at.home)).not.toContain("beside");
    await at.run(restore);
    expect(await readdir(join(at.home, "beside"))).toEqual(["openclaw.json", "workspace"]);
    expect(await readFile(join(at.home, "beside/workspace/MEMORY.md"), "utf8")).toContain("kettle");
  });

  it.each([
    [["latest", "--all"], "takes snapshots or --all, not both"],
    [[], "needs a snapshot, or --all"],
    [["latest", "--quick", "--structure"], "exclude each other"],
  ])("verifies nothing when it is not said what and how: %j", async (words, said) => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const answer = await at.run(["snapshots", "verify", ...words]);
    expect(answer).toMatchObject({ code: 2, out: "" });
    expect(answer.err).toContain(said);
  });

  it("lays out no memory where that is to be preserved", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const restore = ["snapshots", "restore", "latest", "--target", "beside", "--preserve-memory"];
    expect(await at.run(restore)).toMatchObject({ code: 0 });
    const found = await readdir(join(at.home, "beside"), { recursive: true });
    expect(found).toContain("openclaw.json");
    expect(found.filter((path) => path.includes("MEMORY.md"))).toEqual([]);
  });

  it("lays out beside also databases that were not whole, and says which of them a gateway would miss", async () => {
    await using at = await vaultHome();
    for (const path of ["state/old.sqlite", "workspace/trial.sqlite"]) {
      await at.write(path, "");
      const database = new DatabaseSync(join(at.stateDir, path));
      database.exec("CREATE TABLE rows(x)");
      database.close();
      const bytes = await readFile(join(at.stateDir, path));
      await writeFile(join(at.stateDir, path), bytes.fill(0xff, 4_096, 4_200));
    }
    await at.run(["snapshots", "save"]);
    const answer = await at.run(["snapshots", "restore", "latest", "--target", "beside"]);
    expect(answer).toMatchObject({ code: 1, err: "" });
    expect(answer.out).toMatch(/^⚠️ state\/old\.sqlite as the snapshot holds it is not a whole database \(/m);
    expect(answer.out).not.toContain("trial");
    for (const path of ["state/old.sqlite", "workspace/trial.sqlite"])
      expect(await readFile(join(at.home, "beside", path))).toEqual(await readFile(join(at.stateDir, path)));
  });

  it("restores nothing into the vault or the state directory, and ends where no directory can be made", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const vault = join(at.home, ".local/share/clawback/vault");
    for (const target of [join(vault, "out"), vault, join(at.stateDir, "out/deep")]) {
      const answer = await at.run(["snapshots", "restore", "latest", "--target", target]);
      expect(answer).toMatchObject({ code: 2, out: "" });
      expect(answer.err).toContain("--target");
    }
    expect(await readdir(vault)).not.toContain("out");
    expect(await readdir(at.stateDir)).not.toContain("out");
    const nowhere = await at.run(["snapshots", "restore", "latest", "--target", "/proc/clawback/out"]);
    expect(nowhere).toMatchObject({ code: 5, out: "" });
  });

  it("says under which id a snapshot comes in where another one has its own", async () => {
    await using here = await vaultHome();
    await using there = await vaultHome();
    await here.run(["snapshots", "save"], firstMoment);
    await there.run(["snapshots", "save"], firstMoment);
    const file = join(there.home, "carried.bundle");
    await here.run(["snapshots", "export", "latest", "--out", file]);
    const { out: key } = await here.run(["vault", "key", "export"]);
    const env = { HOME: there.home, CLAWBACK_BUNDLE_KEY: key.trim() };
    expect((await there.run(["snapshots", "import", file], { env })).out).toBe(
      "✅ Imported 1 snapshot\n   2026-03-02-10-56-2  (where it came from: 2026-03-02-10-56, which is another one here)\n",
    );
    const again = await there.run(["snapshots", "import", file, "--json"], { env });
    expect(JSON.parse(again.out)).toEqual({ snapshots: [], known: ["2026-03-02-10-56-2"], renamed: [] });
  });

  it("carries snapshots to another vault, which the keys of the first open", async () => {
    await using here = await vaultHome();
    await using there = await vaultHome();
    await here.run(["snapshots", "save", "--name", "carried"], firstMoment);
    const file = join(there.home, "carried.bundle");
    expect(await here.run(["snapshots", "export", "carried", "--out", file])).toMatchObject({ code: 0 });
    const { out: key } = await here.run(["vault", "key", "export"]);
    const keyless = await there.run(["snapshots", "import", file]);
    expect(keyless).toMatchObject({ code: 4, err: expect.stringContaining("--key-file") as string });
    const env = { HOME: there.home, CLAWBACK_BUNDLE_KEY: key.trim() };
    expect(await there.run(["snapshots", "import", file], { env })).toMatchObject({
      code: 0,
      out: "✅ Imported 1 snapshot\n   2026-03-02-10-56\n",
    });
    expect(await there.json(["snapshots", "show", "carried"])).toMatchObject({
      snapshot: { stateDir: here.stateDir },
    });
    await writeFile(file, (await readFile(file)).subarray(0, 2_000));
    expect(await there.run(["snapshots", "import", file], { env })).toMatchObject({
      code: 4,
      err: expect.stringContaining("it is cut off") as string,
    });
  });
});
