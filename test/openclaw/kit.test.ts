import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RealGateway, startGateway, until } from "./kit/index.ts";

let gateway: RealGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

describe("the kit", () => {
  it("takes a turn against the scripted provider and counts its tokens", async () => {
    await using admin = await gateway.admin();
    const key = await admin.createSession("agent:main:smoke");
    gateway.model.script({ promptTokens: 4_000 });
    expect(await admin.turn(key, "hello")).toBe("ok");
    const row = await until("the row's new total", async () => {
      const found = await admin.row(key);
      return typeof found?.totalTokens === "number" && found;
    });
    expect(row.totalTokens).toBe(4_000);
    expect(gateway.model.calls()).toBe(1);
  });

  it("keeps the gateway's own log in its own home", async () => {
    expect(await readFile(gateway.logFile, "utf8")).toContain('"message"');
  });

  it("restarts it under a new boot id, with the sessions it had", async () => {
    const before = await gateway.admin();
    await before[Symbol.asyncDispose]();
    await gateway.restart();
    await using after = await gateway.admin();
    expect(after.bootId).not.toBe(before.bootId);
    expect(await after.row("agent:main:smoke")).toBeDefined();
  });

  it("freezes it and lets it go on", async () => {
    gateway.freeze();
    await expect(fetch(`${gateway.httpUrl}/healthz`, { signal: AbortSignal.timeout(500) })).rejects.toThrow(
      /timeout|aborted/,
    );
    gateway.thaw();
    expect((await fetch(`${gateway.httpUrl}/healthz`)).status).toBe(200);
  });

  it("kills it without a goodbye", async () => {
    expect(await gateway.kill()).toEqual({ code: null, signal: "SIGKILL" });
    expect(gateway.pid()).toBeUndefined();
  });
});
