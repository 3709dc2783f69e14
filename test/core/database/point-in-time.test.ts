import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { audit, expectedTotal, makeBank, startTeller } from "../support/bank.ts";
import { everything, newVault, temporary } from "../support/places.ts";

describe("a snapshot of databases that are being written", () => {
  it.each(["wal", "delete", "truncate", "persist"])(
    "is one point in time across two of them in journal mode %s",
    async (mode) => {
      using place = temporary();
      mkdirSync(place.at("state"));
      const bank = makeBank(place.at("state"));
      const vault = await newVault(place.at("vault"));
      const ids: string[] = [];
      let stepsAtFirst = 0;
      {
        await using teller = await startTeller(bank, mode);
        for (let round = 0; round < 6; round += 1) {
          const { snapshot, findings } = await vault.save(everything(place.at("state")), {
            kind: "critical",
          });
          expect(findings).toEqual([]);
          ids.push(snapshot.id);
          const steps = await teller.steps();
          if (round === 0) stepsAtFirst = steps;
          else expect(steps, "the writer was at work all the time").toBeGreaterThan(stepsAtFirst);
        }
      }
      let last = 0;
      for (const [round, id] of ids.entries()) {
        const target = place.at(`out-${round}`);
        await vault.restoreTo(id, target);
        expect(existsSync(`${target}/left.sqlite-shm`)).toBe(false);
        const left = audit(`${target}/left.sqlite`);
        const right = audit(`${target}/right.sqlite`);
        expect(left).toMatchObject({ integrity: "ok", missing: 0 });
        expect(right).toMatchObject({ integrity: "ok", missing: 0 });
        expect(left.step - right.step, "at most the transfer under way").toBeOneOf([0, 1]);
        expect(left.total + right.total).toBe(expectedTotal(left.step, right.step));
        expect(left.step).toBeGreaterThanOrEqual(last);
        last = left.step;
      }
      expect(last).toBeGreaterThan(0);
    },
  );
});
