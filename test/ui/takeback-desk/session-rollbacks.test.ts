import { expect, it } from "vitest";
import { Problem } from "../../../src/ground/index.ts";
import { shownAfter } from "../../../src/ui/takeback-desk/session-rollbacks.ts";
import { rollbacks } from "../../support/takeback-story.ts";

const busy = new Problem("SESSION_BUSY", "main is in the middle of a turn, and cannot be moved now.");
const refused = new Problem("GATEWAY_REFUSED", "The gateway said no.");

it("keeps the way of a session that was only in the middle of a turn, so that the same key tries again", () => {
  expect(shownAfter(busy, rollbacks.planned)).toBe(rollbacks.planned);
  expect(shownAfter(busy, rollbacks.done)).toBe(rollbacks.done);
});

it("shows why anything else failed", () => {
  expect(shownAfter(refused, rollbacks.planned)).toMatchObject({
    kind: "failed",
    why: "The gateway said no.",
  });
  expect(shownAfter(busy, undefined)).toMatchObject({ kind: "failed" });
});
