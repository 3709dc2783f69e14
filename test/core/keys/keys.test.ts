import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diskStore, initVault, openVault } from "../../../src/core/index.ts";
import { parseRecoveryKey, recoveryKeyText } from "../../../src/core/keys/recovery-key.ts";
import { writeKeyFile } from "../../../src/core/keys/key-file.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { SimulatedDisk } from "../support/simulated-disk.ts";

describe("the keys of a vault", () => {
  it("are any one of key file, recovery key and passphrase", async () => {
    using place = temporary();
    const { recoveryKey = "" } = await initVault(diskStore(place.at("vault")), {
      keyFile: place.at("key"),
      passphrase: "grüße",
    });
    expect(statSync(place.at("key")).mode & 0o777).toBe(0o600);
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at("key") } });
    expect(await vault.recoveryKey()).toBe(recoveryKey);
    expect((await vault.info()).keys).toEqual(["key-file", "passphrase", "recovery"]);
    await openVault(place.at("vault"), {
      keys: { recoveryKey: recoveryKey.toLowerCase().replaceAll("-", " ") },
    });
    // The same word typed on another system: composed differently.
    await openVault(place.at("vault"), { keys: { passphrase: async () => "gru\u0308ße" } });
  });

  it("are told apart in one line, with exit code 4", async () => {
    using place = temporary();
    await newVault(place.at("vault"));
    await newVault(place.at("other"));
    const open = (keys: Parameters<typeof openVault>[1]["keys"]) => openVault(place.at("vault"), { keys });
    await expect(open({ keyFile: place.at("other.key") })).rejects.toMatchObject({
      code: "WRONG_KEY",
      exit: 4,
    });
    await expect(open({ keyFile: place.at("none") })).rejects.toMatchObject({ code: "KEY_MISSING", exit: 4 });
    await expect(open({})).rejects.toMatchObject({ code: "KEY_MISSING", exit: 4 });
    await expect(open({ recoveryKey: recoveryKeyText(Buffer.alloc(16)) })).rejects.toMatchObject({
      code: "WRONG_KEY",
      exit: 4,
    });
    await expect(open({ recoveryKey: "nonsense" })).rejects.toMatchObject({
      code: "RECOVERY_KEY_MISTYPED",
      exit: 4,
    });
    writeFileSync(place.at("broken"), "clawback-key-1 half of it");
    await expect(open({ keyFile: place.at("broken") })).rejects.toMatchObject({
      code: "KEY_FILE_DAMAGED",
      exit: 4,
    });
  });

  it("can all be changed without a pack being written", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    writeFileSync(place.at("state/file"), "content");
    const vault = await newVault(place.at("vault"), { passphrase: "old" });
    const oldRecovery = await vault.recoveryKey();
    const { snapshot } = await vault.save(everything(place.at("state")), { kind: "full" });
    const packs = readdirSync(place.at("vault/packs"));
    const { recoveryKey } = await vault.rekey({ keyFile: place.at("new.key"), passphrase: "new" });
    expect(readdirSync(place.at("vault/packs"))).toEqual(packs);
    const open = (keys: Parameters<typeof openVault>[1]["keys"]) => openVault(place.at("vault"), { keys });
    for (const keys of [
      { keyFile: place.at("vault.key") },
      { recoveryKey: oldRecovery },
      { passphrase: async () => "old" },
    ]) {
      await expect(open(keys)).rejects.toMatchObject({ code: "WRONG_KEY", exit: 4 });
    }
    for (const keys of [
      { keyFile: place.at("new.key") },
      { recoveryKey },
      { passphrase: async () => "new" },
    ]) {
      const again = await open(keys);
      expect((await again.readFile(snapshot.id, "file")).toString()).toBe("content");
    }
  });

  it("hide every name and every byte that was saved", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const secret = "a-very-secret-file-name";
    writeFileSync(place.at(`state/${secret}`), `content of ${secret}`);
    const vault = await newVault(place.at("vault"), { compression: "none" });
    await vault.save(everything(place.at("state")), {
      kind: "full",
      name: "secret-name",
      describe: async () => ({ vitals: { secret }, sessions: {} }),
    });
    for (const folder of ["packs", "snapshots", "keys"]) {
      for (const name of readdirSync(place.at(`vault/${folder}`))) {
        const bytes = readFileSync(place.at(`vault/${folder}/${name}`));
        expect(bytes.includes("secret"), `${folder}/${name}`).toBe(false);
      }
    }
  });

  it("are none when none were wanted, and the vault says so", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    expect(await initVault(diskStore(place.at("vault")), { encryption: "none" })).toMatchObject({
      recoveryKey: undefined,
    });
    const vault = await openVault(place.at("vault"), { keys: {} });
    expect((await vault.info()).encrypted).toBe(false);
    expect((await vault.save(everything(place.at("state")), { kind: "full" })).snapshot.encrypted).toBe(
      false,
    );
    await expect(vault.recoveryKey()).rejects.toMatchObject({ code: "NOT_ENCRYPTED" });
  });

  it("never lie beside what they open, and never replace another key", async () => {
    using place = temporary();
    await expect(
      initVault(diskStore(place.at("vault")), { keyFile: place.at("vault/key") }),
    ).rejects.toMatchObject({ code: "KEY_FILE_IN_VAULT" });
    writeFileSync(place.at("key"), "another vault's");
    await expect(initVault(diskStore(place.at("vault")), { keyFile: place.at("key") })).rejects.toMatchObject(
      { code: "KEY_FILE_EXISTS" },
    );
    expect(readFileSync(place.at("key"), "utf8")).toBe("another vault's");
    expect(existsSync(place.at("vault/vault.json"))).toBe(false);
  });
});

describe("a key file", () => {
  const id = "0".repeat(32);

  it("is there with its name when the power fails right after it was made", () => {
    const disk = new SimulatedDisk();
    disk.files.makeDirectory("/keys");
    const secret = writeKeyFile("/keys/vault.key", id, disk.files);
    // Nothing survives but what was synced.
    const { files } = disk.afterCrash(() => 0.1);
    const file = files.openForReading("/keys/vault.key");
    const bytes = Buffer.alloc(files.size(file));
    files.read(file, bytes, 0);
    expect(bytes.toString("latin1")).toContain(secret.toString("hex"));
  });

  it("that the disk did not take stands in nobody's way", () => {
    const disk = new SimulatedDisk();
    disk.files.makeDirectory("/keys");
    disk.failAt(2, "short write");
    expect(() => writeKeyFile("/keys/vault.key", id, disk.files)).toThrow("ENOSPC");
    disk.mend();
    expect(writeKeyFile("/keys/vault.key", id, disk.files)).toHaveLength(32);
  });
});

describe("a vault that several make at once", () => {
  it("is made by one of them, and what the others began opens nothing and is not left", async () => {
    using place = temporary();
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) =>
        initVault(diskStore(place.at("vault")), { keyFile: place.at(`key-${at}`) }),
      ),
    );
    const made = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
    expect(made).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === "rejected") expect(attempt.reason).toMatchObject({ code: "VAULT_EXISTS" });
    }
    const keys = readdirSync(place.path).filter((name) => name.startsWith("key-"));
    expect(keys).toHaveLength(1);
    expect(readdirSync(place.at("vault/keys"))).toHaveLength(2);
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at(keys[0] ?? "") } });
    expect(await vault.verify("all", { depth: "full" })).toMatchObject({ ok: true, findings: [] });
    expect(await vault.recoveryKey()).toBe(made[0]?.recoveryKey);
  });
});

describe("a key that somebody with write access lays in the open", () => {
  const slip = async (vault: string, change: (text: string) => string): Promise<void> => {
    const other = `${vault}-of-somebody`;
    await initVault(diskStore(other), { encryption: "none" });
    const [slot = ""] = readdirSync(`${other}/keys`);
    copyFileSync(`${other}/keys/${slot}`, `${vault}/keys/${slot}`);
    const text = readFileSync(`${vault}/vault.json`, "utf8");
    rmSync(`${vault}/vault.json`);
    writeFileSync(`${vault}/vault.json`, change(text));
  };

  it("does not open an encrypted vault, and nothing is saved under it", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const before = await newVault(place.at("vault"));
    const { snapshot } = await before.save(everything(place.at("state")), { kind: "manual" });
    await slip(place.at("vault"), (text) => text);
    const vault = await openVault(place.at("vault"), { keys: { keyFile: place.at("vault.key") } });
    expect((await vault.list()).snapshots.map(({ id }) => id)).toEqual([snapshot.id]);
    await expect(openVault(place.at("vault"), { keys: {} })).rejects.toMatchObject({ code: "KEY_MISSING" });
  });

  it("does not open one that was made to say that it is none, where its key file stands", async () => {
    using place = temporary();
    await newVault(place.at("vault"));
    await slip(place.at("vault"), (text) => text.replace('"encrypted": true', '"encrypted": false'));
    const opened = openVault(place.at("vault"), { keys: { keyFile: place.at("vault.key") } });
    await expect(opened).rejects.toMatchObject({ code: "VAULT_OPENED", exit: 4 });
  });
});

describe("a recovery key", () => {
  it("survives being written down and typed, and notices a slip", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat(),
        fc.nat(),
        (bytes, where, other) => {
          const text = recoveryKeyText(bytes);
          expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
          expect([...parseRecoveryKey(text.toLowerCase().replaceAll("0", "o").replaceAll("1", "l"))]).toEqual(
            [...bytes],
          );
          const letters = text.replaceAll("-", "");
          const at = where % letters.length;
          const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
          const slip = alphabet[other % 32] ?? "";
          const typed = letters.slice(0, at) + slip + letters.slice(at + 1);
          if (typed === letters) return;
          try {
            // Two check characters miss one slip in a thousand; what they miss must at least not be the same key.
            expect([...parseRecoveryKey(typed)]).not.toEqual([...bytes]);
          } catch (error) {
            // Only the filling bits of the last character can change without changing the key.
            if (!(error instanceof Error) || !("code" in error)) expect(at).toBe(25);
          }
        },
      ),
    );
  });
});
