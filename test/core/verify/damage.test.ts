import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openVault, type Finding } from "../../../src/core/index.ts";
import { isProblem } from "../../../src/ground/index.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { noise } from "../support/trees.ts";

/** `npm run prove` leaves no byte out. */
const stride = Number(process.env["CLAWBACK_FLIP_STRIDE"] ?? 37);

const place = temporary();
afterAll(() => {
  place[Symbol.dispose]();
});

/** A small vault with one of everything. */
beforeAll(async () => {
  const state = place.at("state");
  mkdirSync(state);
  writeFileSync(`${state}/a.txt`, "a small file");
  writeFileSync(`${state}/b.bin`, noise(3_000, 7));
  const database = new DatabaseSync(`${state}/d.sqlite`);
  database.exec("CREATE TABLE t(x); INSERT INTO t VALUES('row'); CREATE TABLE kept(x)");
  database.prepare("INSERT INTO kept VALUES(?)").run(noise(9_000, 5));
  const vault = await newVault(place.at("vault"), { passphrase: "for the third kind of slot" });
  const { snapshot } = await vault.save(everything(state), { kind: "full" });
  writeFileSync(`${state}/a.txt`, "a small file, changed");
  // From here on the pages of the database lie in two packs.
  database.exec("UPDATE t SET x = 'another'");
  database.close();
  await vault.save(everything(state), { kind: "full" });
  await vault.protect(snapshot.id, true);
});

const objects = (): readonly string[] =>
  ["vault.json", "keys", "packs", "snapshots", "notes"].flatMap((name) =>
    name === "vault.json" ? [name] : readdirSync(place.at(`vault/${name}`)).map((file) => `${name}/${file}`),
  );

const findingsOf = async (directory: string): Promise<readonly Finding[]> => {
  try {
    const vault = await openVault(directory, { keys: { keyFile: place.at("vault.key") } });
    return (await vault.verify("all", { depth: "full" })).findings;
  } catch (error) {
    if (!isProblem(error)) throw error;
    // The way in itself is damaged: a plain refusal that says so.
    expect(error).toMatchObject({ exit: 4 });
    expect(error.message.length).toBeLessThan(200);
    return [{ code: "STRANGE_OBJECT", object: error.code, message: error.message }];
  }
};

/** Whether the findings say which object it is, or which snapshot. */
const names = (findings: readonly Finding[], object: string): boolean => {
  const refusal = findings.some(({ object: said }) => said !== undefined && /^[A-Z_]+$/.test(said));
  const id = object.startsWith("snapshots/") ? object.slice("snapshots/".length) : undefined;
  return (
    findings.some((finding) => finding.object === object || finding.snapshot === id) ||
    (refusal && /^(vault|keys)/.test(object))
  );
};

describe("a full check", () => {
  it("finds nothing in a vault that is whole", async () => {
    expect(await findingsOf(place.at("vault"))).toEqual([]);
  });

  it(
    "finds every flipped byte of every kind of object, and says whose it is",
    { timeout: 240_000 * (stride === 1 ? 10 : 1) },
    async () => {
      for (const object of objects()) {
        const whole = readFileSync(place.at(`vault/${object}`));
        // The beginning and the end of each object byte by byte: that is where headers, salts, tags and trailers lie.
        for (let at = 0; at < whole.length; at += at < 12 || at > whole.length - 6 ? 1 : stride) {
          const copy = place.at("flipped");
          cpSync(place.at("vault"), copy, { recursive: true });
          rmSync(join(copy, "cache"), { recursive: true, force: true });
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
          rmSync(join(copy, object));
          writeFileSync(join(copy, object), bytes);
          const findings = await findingsOf(copy);
          expect(findings.length, `${object} byte ${at}`).toBeGreaterThan(0);
          expect(names(findings, object), `${object} byte ${at}: ${JSON.stringify(findings)}`).toBe(true);
          rmSync(copy, { recursive: true });
        }
      }
    },
  );

  it("finds objects that are cut short, and names the files they hurt", async () => {
    for (const object of objects().filter((each) => /^(packs|snapshots)/.test(each))) {
      const copy = place.at("cut");
      cpSync(place.at("vault"), copy, { recursive: true });
      truncateSync(join(copy, object), Math.floor(readFileSync(join(copy, object)).length / 2));
      const findings = await findingsOf(copy);
      expect(names(findings, object)).toBe(true);
      for (const finding of findings) expect(finding.hint).toBeTruthy();
      rmSync(copy, { recursive: true });
    }
  });

  it("names the files of every snapshot that a missing pack hurts", async () => {
    const copy = place.at("missing");
    cpSync(place.at("vault"), copy, { recursive: true });
    const largest = readdirSync(join(copy, "packs"))
      .map((name) => ({ name, size: readFileSync(join(copy, "packs", name)).length }))
      .toSorted((a, b) => b.size - a.size)[0];
    rmSync(join(copy, "packs", largest?.name ?? ""));
    const findings = await findingsOf(copy);
    const hurt = findings.filter(({ code }) => code === "FILE_DAMAGED" || code === "MANIFEST_DAMAGED");
    expect(new Set(hurt.map(({ snapshot }) => snapshot)).size).toBe(2);
    expect(hurt.map(({ path }) => path)).toContain("b.bin");
    rmSync(copy, { recursive: true });
  });

  it("rebuilds a damaged index, says so, and does not call the vault damaged", async () => {
    const copy = place.at("index");
    cpSync(place.at("vault"), copy, { recursive: true });
    mkdirSync(join(copy, "cache"), { recursive: true });
    writeFileSync(join(copy, "cache/index-0011223344556677"), noise(5_000, 3));
    const vault = await openVault(copy, { keys: { keyFile: place.at("vault.key") } });
    const verified = await vault.verify("all", { depth: "full" });
    expect(verified.ok).toBe(true);
    expect(verified.findings).toMatchObject([{ code: "INDEX_REBUILT" }]);
    expect((await vault.verify("all", { depth: "full" })).findings).toEqual([]);
  });

  it("reads of some files just what they need, and finds in it what a full check finds", async () => {
    const packs = objects().filter((each) => each.startsWith("packs"));
    const pathsOf = (findings: readonly Finding[], snapshot: string): readonly (string | undefined)[] =>
      findings.filter((each) => each.snapshot === snapshot).map(({ path }) => path);
    const seen = new Set<string>();
    for (const object of packs) {
      const whole = readFileSync(place.at(`vault/${object}`));
      for (let at = 12; at < whole.length; at += Math.max(stride, 101)) {
        const copy = place.at("some");
        cpSync(place.at("vault"), copy, { recursive: true });
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ 4;
        rmSync(join(copy, object));
        writeFileSync(join(copy, object), bytes);
        const vault = await openVault(copy, { keys: { keyFile: place.at("vault.key") } });
        for (const { id } of (await vault.list()).snapshots) {
          const full = await vault.verify([id], { depth: "full", note: "nothing" });
          const all = await vault.verify([id], { depth: "content", note: "nothing" });
          expect(pathsOf(all.findings, id), `${object} byte ${at}`).toEqual(pathsOf(full.findings, id));
          for (const path of ["b.bin", "d.sqlite"]) {
            const isWanted = (each: string): boolean => each === path;
            const one = await vault.verify([id], { depth: "content", isWanted, note: "nothing" });
            expect(pathsOf(one.findings, id).includes(path)).toBe(pathsOf(full.findings, id).includes(path));
          }
          for (const path of pathsOf(full.findings, id)) seen.add(path ?? "the list");
        }
        rmSync(copy, { recursive: true });
      }
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining(["a.txt", "b.bin", "d.sqlite"]));
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at("vault.key") } });
    const [first, second] = (await vault.list()).snapshots;
    const read = async (ids: readonly string[]): Promise<number> =>
      (await vault.verify(ids, { depth: "content" })).checkedBytes;
    expect(await read([first?.id ?? ""])).toBeLessThan(await read([first?.id ?? "", second?.id ?? ""]));
  });

  it("can take a sample, which reads less than everything", async () => {
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at("vault.key") } });
    const quick = await vault.verify("all", { depth: "quick" });
    expect(quick.ok).toBe(true);
    expect(quick.checkedBytes).toBeGreaterThan(0);
  });

  it("notes when a snapshot was last found whole", async () => {
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at("vault.key") } });
    await vault.verify("all", { depth: "full" });
    const { snapshots } = await vault.list();
    for (const { verifiedAt } of snapshots) expect(verifiedAt).toMatch(/^\d{4}-/);
    expect(snapshots.map((snapshot) => snapshot.protected)).toEqual([true, false]);
  });
});
