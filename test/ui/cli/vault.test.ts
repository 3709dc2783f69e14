import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vaultHome, type VaultHome } from "./vault-home.ts";

const fixtures = join(import.meta.dirname, "../../../snapshots-fixtures");

/** A home whose key opens the fixtures; a check makes its index anew, so each is copied. */
const withFixture = async (at: VaultHome, name: string): Promise<string> => {
  await mkdir(join(at.home, ".config/clawback/keys"), { recursive: true });
  await cp(join(fixtures, "healthy/two-snapshots.key"), join(at.home, ".config/clawback/keys/published.key"));
  await cp(join(fixtures, name), join(at.home, "vault"), { recursive: true });
  return join(at.home, "vault");
};

describe("a vault", () => {
  it("is made with a key file of its own beside the others, and found again by it after it was moved", async () => {
    await using at = await vaultHome();
    const made = await at.run(["vault", "init", "--vault", "disk"]);
    expect(made.code).toBe(0);
    expect(made.out).toContain(
      `✅ Vault made: ${at.home}/disk\n✅ Key file: ${at.home}/.config/clawback/keys/disk.key (0600)`,
    );
    expect(made.out).toMatch(/^ {4}[0-9A-Z]{4}(-[0-9A-Z]{4}){6}$/m);
    expect((await stat(join(at.home, ".config/clawback/keys/disk.key"))).mode & 0o777).toBe(0o600);
    await at.run(["snapshots", "save", "--vault", "disk"]);
    await rename(join(at.home, "disk"), join(at.home, "moved"));
    expect(await at.run(["snapshots", "list", "--vault", "moved"])).toMatchObject({ code: 0 });
    expect(await at.run(["vault", "init", "--vault", "moved"])).toMatchObject({ code: 2 });
  });

  it("says what opens it", async () => {
    await using at = await vaultHome();
    const env = { HOME: at.home, CLAWBACK_PASSPHRASE: "correct horse" };
    await at.run(["vault", "init", "--compression", "zstd"], { env });
    expect(await at.json(["vault", "info"])).toMatchObject({
      vault: { encrypted: true, compression: "zstd", keys: ["key-file", "passphrase", "recovery"] },
    });
    await rm(join(at.home, ".config/clawback/vault.key"));
    expect(await at.run(["vault", "info"], { env })).toMatchObject({ code: 0 });
    const wrong = { HOME: at.home, CLAWBACK_PASSPHRASE: "wrong horse" };
    expect(await at.run(["vault", "info"], { env: wrong })).toMatchObject({ code: 4 });
  });

  it("does not open with the key of another: exit code 4, one line and a way out", async () => {
    await using at = await vaultHome();
    await using other = await vaultHome();
    await at.run(["vault", "init"]);
    await other.run(["vault", "init"]);
    const answer = await other.run([
      "snapshots",
      "list",
      "--vault",
      join(at.home, ".local/share/clawback/vault"),
    ]);
    expect(answer).toMatchObject({ code: 4, out: "" });
    expect(answer.err.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^clawback: The key file .* belongs to another vault/) as string,
      expect.stringContaining("CLAWBACK_RECOVERY_KEY") as string,
    ]);
  });

  it("opens again after making new keys was cut short between vault and key file", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const keyFile = join(at.home, ".config/clawback/vault.key");
    const old = await readFile(keyFile);
    expect(await at.run(["vault", "key", "rotate", "--yes"])).toMatchObject({ code: 0 });
    await rename(keyFile, `${keyFile}.new`);
    await writeFile(keyFile, old, { mode: 0o600 });
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 0 });
    expect(await readdir(join(at.home, ".config/clawback"))).toEqual(["vault.key"]);
    // And one that came to nothing is in nobody's way.
    await writeFile(`${keyFile}.new`, old);
    expect(await at.run(["vault", "key", "rotate", "--yes"])).toMatchObject({ code: 0 });
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 0 });
  });

  it("has its key file for itself again, and says who might have it", async () => {
    await using at = await vaultHome();
    await at.run(["vault", "init"]);
    const keyFile = join(at.home, ".config/clawback/vault.key");
    await chmod(keyFile, 0o644);
    const looked = await at.run(["snapshots", "list", "--read-only"]);
    expect(looked.err).toContain(`⚠️ The key file ${keyFile} can be read by others (644)`);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o644);
    const listed = await at.run(["snapshots", "list"]);
    expect(listed).toMatchObject({
      code: 0,
      out: "No snapshots yet. clawback snapshots save takes the first.\n",
    });
    expect(listed.err).toBe(
      `⚠️ The key file ${keyFile} could be read by others (644), and is 600 now. Who has a copy of it can open this vault; new keys: clawback vault key rotate\n`,
    );
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await at.run(["snapshots", "list"])).err).toBe("");
  });

  it("leaves what is no key file as it is, whatever the configuration calls one", async () => {
    await using at = await vaultHome();
    await at.run(["vault", "init"]);
    await mkdir(join(at.home, "somewhere"), { mode: 0o755 });
    await writeFile(join(at.home, "hosts"), "127.0.0.1 localhost\n", { mode: 0o644 });
    for (const name of ["somewhere", "hosts"]) {
      const keyFile = join(at.home, name);
      const before = (await stat(keyFile)).mode;
      await writeFile(
        join(at.home, "clawback.json5"),
        JSON.stringify({ gateways: [], vault: { encryption: { keyFile } } }),
      );
      const answer = await at.run(["snapshots", "list", "--config", join(at.home, "clawback.json5")]);
      expect(answer).toMatchObject({ code: 4, out: "" });
      expect(answer.err).not.toContain("⚠️");
      expect((await stat(keyFile)).mode).toBe(before);
    }
  });

  it("is not strewn among other things, and neither is its copy", async () => {
    await using at = await vaultHome();
    await mkdir(join(at.home, "photos"));
    await writeFile(join(at.home, "photos/beach.jpg"), "");
    await writeFile(join(at.home, "photos/hill.jpg"), "");
    await at.run(["snapshots", "save"]);
    for (const command of [
      ["vault", "init", "--vault", "photos"],
      ["vault", "copy", "photos"],
    ]) {
      const { code, err } = await at.run(command);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(
          /photos holds something else: \S+\.jpg and 1 more\.\n.*photos\/vault\n$/,
        ) as string,
      ]);
    }
    expect((await readdir(join(at.home, "photos"))).toSorted()).toEqual(["beach.jpg", "hill.jpg"]);
    // What is on every fresh disk, and what an attempt that was killed left, is in nobody's way.
    for (const name of ["disk/lost+found", "disk/.Trash-0", "disk/keys"])
      await mkdir(join(at.home, name), { recursive: true });
    expect(await at.run(["vault", "init", "--vault", "disk"])).toMatchObject({ code: 0 });
  });

  it("names the file that stands where its directory should", async () => {
    await using at = await vaultHome();
    await writeFile(join(at.home, "disk"), "");
    for (const path of ["disk", "disk/vault"]) {
      for (const command of [
        ["vault", "init"],
        ["snapshots", "list"],
        ["snapshots", "save"],
      ]) {
        const { err, code } = await at.run([...command, "--vault", path]);
        expect([code, err]).toEqual([
          4,
          `clawback: The vault cannot be at ${join(at.home, path)}: ${join(at.home, "disk")} is no directory.\n  Name its place with --vault, or with vault.path in the configuration.\n`,
        ]);
      }
    }
    // And no key of a vault that never was.
    const left = await readdir(join(at.home, ".config"), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it("is not made in what it would save, and says when its key will not be found again", async () => {
    await using at = await vaultHome();
    const inside = await at.run(["vault", "init", "--vault", join(at.stateDir, "vault")]);
    expect(inside).toMatchObject({ code: 2, out: "" });
    expect(inside.err).toContain("lies in the state directory");
    expect(await readdir(at.stateDir)).not.toContain("vault");
    const elsewhere = await at.run(["vault", "init", "--vault", "disk", "--key-file", "stick/my.key"]);
    expect(elsewhere.out).toContain("vault.encryption.keyFile");
    expect((await at.run(["vault", "init"])).out).not.toContain("vault.encryption.keyFile");
  });

  it("asks for nothing where nobody answers, and says what is missing", async () => {
    await using at = await vaultHome();
    const env = { HOME: at.home, CLAWBACK_PASSPHRASE: "correct horse" };
    await at.run(["vault", "init"], { env });
    await rename(join(at.home, ".config/clawback/vault.key"), join(at.home, "away"));
    const answer = await at.run(["vault", "info"]);
    expect(answer).toMatchObject({ code: 4 });
    expect(answer.err).toMatch(/key file .* is not there\.\n.*CLAWBACK_PASSPHRASE/);
    await rename(join(at.home, "away"), join(at.home, ".config/clawback/vault.key"));
    const rotated = await at.run(["vault", "key", "rotate", "--yes"]);
    expect(rotated.out).toContain("The old passphrase is gone too");
    expect(await at.json(["vault", "info"])).toMatchObject({ vault: { keys: ["key-file", "recovery"] } });
  });

  it("can be checked where it cannot be changed", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const names = () => readdir(join(at.home, ".local/share/clawback/vault"), { recursive: true });
    const before = (await names()).length;
    expect(await at.run(["snapshots", "verify", "--all", "--read-only"])).toMatchObject({ code: 0 });
    expect((await names()).length).toBe(before);
    expect(await at.json(["snapshots", "list"])).toMatchObject({ snapshots: [{ verifiedAt: null }] });
  });

  it("gets new keys with the recovery key alone, and the old ones stop opening it", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    const key = (await at.run(["vault", "key", "export"])).out.trim();
    const keyFile = join(at.home, ".config/clawback/vault.key");
    const old = await readFile(keyFile);
    await rm(keyFile);
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 4 });
    const env = { HOME: at.home, CLAWBACK_RECOVERY_KEY: key };
    expect(await at.run(["vault", "key", "rotate", "--yes"], { env })).toMatchObject({ code: 0 });
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 0 });
    expect(await at.run(["snapshots", "list"], { env })).toMatchObject({ code: 4 });
    expect(await at.run(["vault", "key", "rotate", "--yes"])).toMatchObject({ code: 0 });
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 0 });
    expect(await readdir(join(at.home, ".config/clawback"))).toEqual(["vault.key"]);
    await writeFile(keyFile, old);
    expect(await at.run(["snapshots", "list"])).toMatchObject({ code: 4 });
  });

  it("has copies that are brought up to date, and forgets old keys there too", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    expect(await at.run(["vault", "copy", "copy"])).toMatchObject({ code: 0 });
    expect(await at.json(["vault", "copy", "copy"])).toMatchObject({ copy: { objects: 0 } });
    await at.write("workspace/new.md", "new");
    await at.run(["snapshots", "save"]);
    await at.run(["vault", "key", "rotate", "--yes"]);
    await at.run(["vault", "copy", "copy"]);
    expect(await at.json(["snapshots", "verify", "--all", "--vault", "copy"])).toMatchObject({
      ok: true,
      snapshots: 2,
    });
    expect(await readdir(join(at.home, "copy/keys"))).toHaveLength(2);
  });

  it("mends a copy that was cut short", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await at.run(["vault", "copy", "copy"]);
    const [pack = ""] = await readdir(join(at.home, "copy/packs"));
    await truncate(join(at.home, "copy/packs", pack), 100);
    await at.run(["vault", "copy", "copy"]);
    expect(await at.json(["snapshots", "verify", "--all", "--vault", "copy"])).toMatchObject({ ok: true });
  });

  it("is copied over no other vault, nor into itself", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    await at.run(["vault", "init", "--vault", "other"]);
    expect(await at.run(["vault", "copy", "other"])).toMatchObject({ code: 4 });
    expect(await at.run(["vault", "copy", ".local/share/clawback/vault/copy"])).toMatchObject({ code: 2 });
    expect(await at.run(["vault", "copy", ".local"])).toMatchObject({ code: 2 });
  });

  it("counts what it holds", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    expect(await at.json(["vault", "stats"])).toMatchObject({ vault: { snapshots: 1, packs: 1 } });
    expect(await at.json(["snapshots", "stats"])).toMatchObject({
      stats: { snapshots: 1, verified: 0, kinds: { manual: 1 } },
    });
    expect(await at.run(["vault", "gc"])).toMatchObject({ code: 0, out: "✅ Freed 0 B (0 packs)\n" });
  });

  it("says of what cannot go yet when to come again", async () => {
    await using at = await vaultHome();
    await at.run(["snapshots", "save"]);
    expect(await at.run(["snapshots", "delete", "latest", "--yes"])).toMatchObject({ code: 0 });
    const soonest = Date.now() + 59 * 60_000;
    const collected = (await at.json(["vault", "gc"])) as { readonly waitingUntil: string };
    expect(collected).toMatchObject({ waitingPacks: 1, announcedPacks: 0 });
    expect(Date.parse(collected.waitingUntil)).toBeGreaterThan(soonest);
    expect(Date.parse(collected.waitingUntil)).toBeLessThan(soonest + 3 * 60_000);
    const { out } = await at.run(["vault", "gc"]);
    const [date, time] = collected.waitingUntil.split(/[T.]/);
    expect(out).toContain(`   Run this again from ${date} ${time} UTC on\n`);
  });
});

describe("a vault that somebody else made", () => {
  it.each([
    ["of a version to come", "foreign/future-format", "FORMAT_TOO_NEW"],
    ["of something else", "foreign/not-a-vault", "NOT_A_VAULT"],
    ["of no JSON", "foreign/not-json", "NOT_A_VAULT"],
    ["that is only a directory", "foreign/other-directory", "VAULT_MISSING"],
  ])("%s is left alone, with exit code 4", async (_what, name, code) => {
    await using at = await vaultHome();
    const vault = await withFixture(at, name);
    for (const argv of [["list"], ["save"], ["verify", "--all"]]) {
      const answer = await at.run(["snapshots", ...argv, "--vault", vault, "--json"]);
      expect(answer).toMatchObject({ code: 4, out: "" });
      expect(JSON.parse(answer.err)).toMatchObject({ error: { code } });
    }
  });
});

describe("damage", () => {
  it("is named with the snapshots and files it hurts, and takes back that they were verified", async () => {
    await using at = await vaultHome();
    const vault = await withFixture(at, "damaged/flipped-byte-in-frame");
    const { out, code } = await at.run(["snapshots", "verify", "--all", "--vault", vault]);
    expect(code).toBe(1);
    expect(out).toMatch(/^❌ Integrity check: FAILED\n❌ .*packs\/[0-9a-f]{32}/);
    expect(out).toMatch(/^❌ 2026-03-02-10-56: \d+ files? (is|are) hurt$/m);
    expect(out).toMatch(/^❌ 2026-03-02-10-58: /m);
    expect(out).toContain("clawback snapshots repair");
    expect(await at.json(["snapshots", "list", "--vault", vault])).toMatchObject({
      snapshots: [{ verifiedAt: null }, { verifiedAt: null }],
    });
  });

  it("is repaired as far as it can be, and what stays hurt is said", async () => {
    await using at = await vaultHome();
    const vault = await withFixture(at, "damaged/flipped-byte-in-frame");
    const { out, code } = await at.run(["snapshots", "repair", "--vault", vault]);
    expect(code).toBe(1);
    expect(out).toContain("1 damaged object is in quarantine");
    expect(out).toContain("snapshots stay hurt: 2026-03-02-10-56, 2026-03-02-10-58.");
    const after = await at.run(["snapshots", "verify", "--all", "--vault", vault]);
    expect(after.out).not.toContain("clawback snapshots repair");
  });

  it("leaves a snapshot that cannot be read in the list as a finding, and it can be let go", async () => {
    await using at = await vaultHome();
    const vault = await withFixture(at, "damaged/half-written-snapshot");
    const listed = await at.run(["snapshots", "list", "--vault", vault]);
    expect(listed.code).toBe(1);
    expect(listed.out).toContain("⚠️ The snapshot 2026-03-02-10-58 cannot be read");
    expect(await at.run(["snapshots", "show", "2026-03-02-10-58", "--vault", vault])).toMatchObject({
      code: 1,
    });
    await at.run(["snapshots", "protect", "2026-03-02-10-58", "--vault", vault]);
    const remove = ["snapshots", "delete", "2026-03-02-10-58", "--yes", "--vault", vault];
    expect(await at.run(remove)).toMatchObject({ code: 5 });
    await at.run(["snapshots", "unprotect", "2026-03-02-10-58", "--vault", vault]);
    expect(await at.run(remove)).toMatchObject({ code: 0 });
    expect(await at.run(["snapshots", "list", "--vault", vault])).toMatchObject({ code: 0 });
  });

  it("of the index alone is made good and said, and is no failure", async () => {
    await using at = await vaultHome();
    const vault = await withFixture(at, "damaged/damaged-index");
    const { out, code } = await at.run(["snapshots", "verify", "--all", "--vault", vault]);
    expect(code).toBe(0);
    expect(out).toMatch(/^✅ Integrity check: PASSED$/m);
  });
});
