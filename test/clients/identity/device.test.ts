import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deviceIn } from "../../../src/clients/identity/device.ts";
import { signaturePayload } from "../../../src/clients/wire/connect.ts";

let dir = "";

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "clawback-device-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe("the identity of this machine", () => {
  it("is one, however many make it at once, and leaves no drafts behind", async () => {
    const devices = await Promise.all(
      Array.from({ length: 8 }, (_, index) => deviceIn(join(dir, index < 4 ? "a" : "b"))),
    );
    expect(new Set(devices.slice(0, 4).map((device) => device.id)).size).toBe(1);
    expect(new Set(devices.map((device) => device.id)).size).toBe(2);
    expect(await readdir(join(dir, "a"))).toEqual(["device.json"]);
  });

  it("that is damaged is not replaced behind anybody's back", async () => {
    await writeFile(join(dir, "device.json"), "{}");
    await expect(deviceIn(dir)).rejects.toMatchObject({
      code: "DEVICE_DAMAGED",
      hint: expect.stringContaining("Move it aside") as unknown,
    });
  });

  it("signs who asks what, when, with which token, in the order gateways check", () => {
    const asked = {
      scopes: ["operator.read", "operator.admin"],
      platform: " Linux",
      credentials: { token: "t" },
    };
    expect(signaturePayload("dev", asked, { nonce: "n", ts: 5 })).toBe(
      "v3|dev|cli|cli|operator|operator.read,operator.admin|5|t|n|linux|",
    );
  });
});
