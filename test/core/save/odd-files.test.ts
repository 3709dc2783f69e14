import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import { idBytes } from "../../../src/core/manifest/entry.ts";
import { packIds } from "../../../src/core/manifest/id-list.ts";
import { readAttributes } from "../../../src/core/source/attributes.ts";
import { everything, newVault, temporary } from "../support/places.ts";

/** Where a file system lies that keeps any time. */
const anyTime = "/dev/shm";

describe("one file that is unlike all others ends no save", () => {
  it.skipIf(!existsSync(anyTime)).each(["@9000000000000000", "@-9000000000000000"])(
    "by a time of %s",
    async (time) => {
      using place = temporary();
      const state = mkdtempSync(join(anyTime, "clawback-core-"));
      try {
        writeFileSync(join(state, "odd"), "1");
        execFileSync("touch", ["-d", time, join(state, "odd")]);
        const vault = await newVault(place.at("vault"));
        const plan = everything(state);
        const { snapshot, findings } = await vault.save(plan, { kind: "manual" });
        expect(findings).toEqual([]);
        expect((await vault.restoreTo(snapshot.id, place.at("out"))).findings).toEqual([]);
        expect((await vault.save(plan, { kind: "manual" })).snapshot.newBytes).toBe(0);
      } finally {
        rmSync(state, { recursive: true });
      }
    },
  );

  it("by being a hundred gigabytes of nothing: its entry stays small", () => {
    const holes = (100 * 2 ** 30) / (64 * 1024);
    const { ids } = packIds(new Uint8Array(holes * idBytes), () => new Uint8Array(idBytes));
    expect(ids.length).toBeLessThan(64 * 1024);
  });

  it("by carrying more attributes than an entry holds: they are left out, and said", async () => {
    const script = `
      const hex = (text) => Buffer.from(text).toString("hex");
      const line = (path, name, bytes) => [hex(path), hex(name), "00".repeat(bytes)].join(" ") + "\\n";
      const many = Array.from({ length: 20 }, (_, at) => line("/odd", "user." + at, 60000));
      process.stdin.resume().on("end", () => process.stdout.write(line("/plain", "user.note", 10) + many.join("")));`;
    const { attributes, findings } = await readAttributes(
      [bytePath("/plain"), bytePath("/odd")],
      new AbortController().signal,
      [{ command: process.execPath, arguments: ["-e", script] }],
    );
    expect([...attributes.keys()]).toEqual(["/plain"]);
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(["ATTRIBUTES_NOT_SAVED /odd"]);
  });
});
