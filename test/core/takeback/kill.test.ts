import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { everything, recoverPending, openJournal, type Recovered } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { newVault, temporary } from "../support/places.ts";
import { finish, openTestVault, scopeNamed, takeBack, type Ending } from "./support/drive.ts";
import { hashOf, makeScene, planOf, ruin, sceneIn } from "./support/scene.ts";

const clock = systemClock;
const child = join(import.meta.dirname, "support/takeback.child.ts");

/** A ruined state to start from, and what it looks like wholly old and wholly new. */
const prepare = async (place: ReturnType<typeof temporary>, scope: string) => {
  const vaultPath = place.at("vault");
  const vault = await newVault(vaultPath);
  const origin = place.at("origin");
  const scene = makeScene(origin);
  const { snapshot } = await vault.save(planOf(scene), { kind: "manual" });
  ruin(scene);
  const fresh = (): ReturnType<typeof sceneIn> => {
    const home = place.at("home");
    rmSync(home, { recursive: true, force: true });
    cpSync(origin, home, { recursive: true, preserveTimestamps: true });
    return sceneIn(home);
  };
  const old = hashOf(fresh());
  const done = fresh();
  await takeBack({ scene: done, vault, snapshot: snapshot.id, scope: scopeNamed(scope) });
  return { vaultPath, id: snapshot.id, fresh, old, now: hashOf(done) };
};

const killedAt = (
  point: number,
  home: string,
  vault: string,
  id: string,
  ending: Ending,
  scope: string,
): { readonly killed: boolean } => {
  const ran = spawnSync(
    process.execPath,
    ["--no-warnings", child, home, vault, id, ending, String(point), scope],
    {
      encoding: "utf8",
    },
  );
  if (ran.signal === "SIGKILL") return { killed: true };
  expect(ran.stderr).toBe("");
  return { killed: false };
};

const besides = (home: string): readonly string[] =>
  readdirSync(home).filter((name) => name.includes(".clawback-") && !name.endsWith(".last.jsonl"));

describe("a restore that is killed", () => {
  it.each([
    ["everything", "put-back"],
    ["everything", "accept"],
    ["part", "put-back"],
  ] as const)(
    "of %s anywhere on its way to %s leaves all of the old state or all of the new, and says which",
    { timeout: 300_000 },
    async (scope, ending) => {
      using place = temporary();
      const { vaultPath, id, fresh, old, now } = await prepare(place, scope);
      expect(old).not.toBe(now);
      const seen = new Set<Recovered["kind"]>();
      for (let point = 0; ; point += 1) {
        const scene = fresh();
        if (!killedAt(point, scene.home, vaultPath, id, ending, scope).killed) break;
        const found = await recoverPending(scene.stateDir, { clock });
        seen.add(found.kind);
        const isOld = found.kind === "abandoned" || found.kind === "put-back" || found.kind === "nothing";
        const accepted = found.kind === "accepted" || (found.kind === "nothing" && hashOf(scene) === now);
        expect([point, found.kind, hashOf(scene)]).toEqual([
          point,
          found.kind,
          isOld && !accepted ? old : now,
        ]);
        // Either nothing is pending any more, or it can still go both ways.
        const pending = openJournal(scene.stateDir);
        if (pending !== undefined) {
          // That it was cut off is said once; from then on it rests.
          expect((await recoverPending(scene.stateDir, { clock })).kind).toBe("waiting");
          await finish(pending, "put-back");
          expect(hashOf(scene)).toBe(old);
        }
        expect(besides(scene.home).filter((name) => !name.endsWith("-undone"))).toEqual([]);
      }
      expect([...seen].sort()).toEqual(
        expect.arrayContaining(["abandoned", "swapped", ending === "accept" ? "accepted" : "put-back"]),
      );
    },
  );

  it("keeps a second one out while it runs, and lets it in afterwards", async () => {
    using place = temporary();
    const { vaultPath, id, fresh } = await prepare(place, "everything");
    const scene = fresh();
    const vault = await openTestVault(vaultPath);
    const journal = await takeBack({ scene, vault, snapshot: id, scope: everything });
    await expect(takeBack({ scene, vault, snapshot: id, scope: everything })).rejects.toMatchObject({
      code: "RESTORE_PENDING",
    });
    await finish(journal, "accept");
    expect(await recoverPending(scene.stateDir, { clock })).toEqual({ kind: "nothing" });
  });
});
