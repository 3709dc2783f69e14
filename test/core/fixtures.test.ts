import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openVault, type Finding } from "../../src/core/index.ts";
import { readVault } from "../support/reader/read-vault.ts";
import { everything, temporary } from "./support/places.ts";

const root = join(import.meta.dirname, "../../snapshots-fixtures");
const keyFile = join(root, "healthy/two-snapshots.key");
const [first, second] = ["2026-03-02-10-56", "2026-03-02-10-58"];

/** On a copy: a check writes notes and caches. */
const check = async (
  fixture: string,
): Promise<{
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly listed: readonly string[];
}> => {
  using place = temporary();
  cpSync(join(root, fixture), place.at("vault"), { recursive: true });
  const vault = await openVault(place.at("vault"), { keys: { keyFile } });
  const listed = (await vault.list()).snapshots.map(({ id }) => id);
  const { ok, findings } = await vault.verify("all", { depth: "full" });
  return { ok, findings, listed };
};

const codes = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ code }) => code)),
];
const hurt = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.flatMap(({ snapshot }) => snapshot ?? []))].toSorted((a, b) => (a < b ? -1 : 1));

describe("the healthy fixture", () => {
  it("holds two snapshots that are whole", async () => {
    expect(await check("healthy/two-snapshots")).toEqual({ ok: true, findings: [], listed: [first, second] });
  });

  it("reads the same with the independent reader", () => {
    const read = readVault(join(root, "healthy/two-snapshots"), keyFile);
    expect(read.map(({ id, summary }) => [id, summary["name"]])).toEqual([
      [first, "before"],
      [second, null],
    ]);
    const memory = (at: number) =>
      read[at]?.entries.find(({ path }) => path === "workspace/MEMORY.md")?.content?.toString();
    expect(memory(0)).not.toContain("under the stone");
    expect(memory(1)).toContain("under the stone");
    expect(read[1]?.entries.map(({ path }) => path)).toContain("workspace/notes.md");
  });
});

describe("a damaged fixture", () => {
  it.each([
    ["flipped-byte-in-frame", ["CHUNK_DAMAGED", "FILE_DAMAGED"], [first, second]],
    ["flipped-byte-in-footer", ["PACK_FOOTER_DAMAGED"], []],
    ["half-written-snapshot", ["SNAPSHOT_DAMAGED"], [second]],
    ["swapped-snapshots", ["SNAPSHOT_DAMAGED"], [second]],
    ["damaged-key-slot", ["KEY_DAMAGED"], []],
  ] as const)("%s: %j", async (name, wanted, snapshots) => {
    const { ok, findings } = await check(`damaged/${name}`);
    expect(ok).toBe(false);
    expect(codes(findings)).toEqual(wanted);
    expect(hurt(findings)).toEqual(snapshots);
    for (const { hint } of findings) expect(hint).toBeTruthy();
  });

  it("missing-pack: both snapshots are hurt", async () => {
    const { ok, findings } = await check("damaged/missing-pack");
    expect(ok).toBe(false);
    expect(hurt(findings)).toEqual([first, second]);
  });

  it.each(["missing-pack", "truncated-pack", "flipped-byte-in-frame"])(
    "%s: who reads the hurt snapshot hears that it is hurt, and what to do",
    async (name) => {
      using place = temporary();
      cpSync(join(root, "damaged", name), place.at("vault"), { recursive: true });
      const vault = await openVault(place.at("vault"), { keys: { keyFile } });
      const hurtHere = { name: "Problem", code: "SNAPSHOT_DAMAGED", hint: expect.any(String) as string };
      await expect(vault.exportBundle([first], place.at("bundle"))).rejects.toMatchObject(hurtHere);
      await expect(vault.readFile(first, "openclaw.json")).rejects.toMatchObject(hurtHere);
      if (name === "flipped-byte-in-frame") return;
      await expect(vault.restoreTo(first, place.at("target"))).rejects.toMatchObject(hurtHere);
      await expect(vault.besideLive(first, everything(root))).rejects.toMatchObject(hurtHere);
      await expect(vault.files(first).next()).rejects.toMatchObject(hurtHere);
    },
  );

  it("half-written-snapshot: who asks for it hears that it is hurt", async () => {
    using place = temporary();
    cpSync(join(root, "damaged/half-written-snapshot"), place.at("vault"), { recursive: true });
    const vault = await openVault(place.at("vault"), { keys: { keyFile } });
    await expect(vault.show(second)).rejects.toMatchObject({ code: "SNAPSHOT_DAMAGED" });
  });

  it("truncated-pack: what lay in its first half is saved", async () => {
    const { ok, findings } = await check("damaged/truncated-pack");
    expect(ok).toBe(false);
    expect(codes(findings)).toContain("PACK_FOOTER_DAMAGED");
    expect(hurt(findings)).toEqual([first]);
  });

  it("damaged-index: it is made again, and said", async () => {
    const { ok, findings, listed } = await check("damaged/damaged-index");
    expect(ok).toBe(true);
    expect(codes(findings)).toEqual(["INDEX_REBUILT"]);
    expect(listed).toEqual([first, second]);
  });

  it("is described here, each of them", () => {
    expect(readdirSync(join(root, "damaged"))).toHaveLength(8);
    expect(readdirSync(join(root, "foreign"))).toHaveLength(4);
  });
});

describe("a foreign fixture", () => {
  it.each([
    ["future-format", "FORMAT_TOO_NEW"],
    ["not-a-vault", "NOT_A_VAULT"],
    ["not-json", "NOT_A_VAULT"],
    ["other-directory", "VAULT_MISSING"],
  ])("%s is refused with %s and exit code 4", async (name, code) => {
    await expect(openVault(join(root, "foreign", name), { keys: { keyFile } })).rejects.toMatchObject({
      code,
      exit: 4,
      hint: expect.any(String),
    });
  });
});
