import { dirname, join } from "node:path";
import { existsSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { diskStore, initVault, openVault } from "../../src/core/index.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../src/keeping/index.ts";
import { deletedArchives } from "../../src/openclaw/index.ts";
import { importArchive, keysOfSessions } from "../../src/watch/effects/index.ts";
import { findOpenClaw, startGateway, until } from "./kit/index.ts";

it("a session that was deleted comes back from its gateway's own archive, with its history, and answers", async () => {
  await using gateway = await startGateway();
  const key = "agent:main:gone";
  const live = (): Promise<StateSource> =>
    stateSource({ stateDir: gateway.stateDir, env: { HOME: gateway.home } });
  const messages = async (): Promise<number | undefined> =>
    (await (await live()).read()).sessions.find((session) => session.key === key)?.messages;
  const vaultPath = join(gateway.home, "vault");
  await initVault(diskStore(vaultPath), { keyFile: `${vaultPath}.key` });
  const vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });

  const admin = await gateway.admin();
  await admin.createSession(key);
  expect(await admin.turn(key, "hello")).toBe("ok");
  const before = await until("the turn on disk", async () => {
    const seen = (await messages()) ?? 0;
    return seen >= 2 && seen;
  });
  await saveSnapshot(vault, await live(), { kind: "manual", gateway: "real" });
  await admin.call("sessions.delete", { key });
  await admin[Symbol.asyncDispose]();
  expect(await messages()).toBeUndefined();

  const [archive] = deletedArchives(gateway.stateDir);
  if (archive === undefined) throw new Error("the gateway kept nothing");
  expect((await keysOfSessions(vault, { name: "real" })).get(archive.sessionId)).toBe(key);
  await gateway.stop();
  const { read } = await live();
  await importArchive({
    key,
    archive,
    stateDir: gateway.stateDir,
    read,
    program: await findOpenClaw(),
    env: {
      HOME: gateway.home,
      OPENCLAW_OFFLINE: "1",
      PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    },
    signal: new AbortController().signal,
  });
  expect(await messages()).toBe(before);
  expect(existsSync(join(dirname(archive.path), "sessions.json"))).toBe(false);
  expect(readdirSync(dirname(archive.path)).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  await gateway.start();
  await using again = await gateway.admin();
  expect(await again.turn(key, "are you back?")).toBe("ok");
  expect(await messages()).toBeGreaterThan(before);
}, 400_000);
