import { expect, test } from "vitest";
import { attending, type Attention } from "../../../../src/ui/console/effects/attending.ts";
import type { ConsoleModel } from "../../../../src/ui/console/state/model.ts";
import type { Pace } from "../../../../src/ui/console/terminal/index.ts";
import { consoleModel, fleetStory } from "../../../support/fleet-story.ts";
import { press } from "../../../support/pressing.ts";

const small = consoleModel(fleetStory());
const [first] = small.watch.gateways;
if (first === undefined) throw new Error("a fleet without gateways");
const names = Array.from({ length: 20 }, (_, place) => (place === 0 ? first.identity.name : `gw-${place}`));
const large: ConsoleModel = {
  ...small,
  watch: {
    ...small.watch,
    gateways: names.map((name) => ({ ...first, identity: { ...first.identity, name } })),
    places: new Map(names.map((name, place) => [name, place])),
  },
};

/** Which gateways are asked often after these moments, and how often that was said. */
const looked = (...moments: readonly (readonly [ConsoleModel, Pace])[]) => {
  let attention: (gateway: string) => Attention = () => "background";
  let said = 0;
  const attend = attending((told) => {
    attention = told;
    said += 1;
  });
  for (const [model, link] of moments) attend(model, link);
  return {
    said,
    often: (model: ConsoleModel) =>
      model.watch.gateways
        .map(({ identity }) => identity.name)
        .filter((name) => attention(name) === "focused"),
  };
};

test("every gateway of a small fleet is looked at, and of a large one the one that is selected", () => {
  expect(looked([small, "live"]).often(small)).toHaveLength(small.watch.gateways.length);
  expect(looked([large, "live"]).often(large)).toEqual([first.identity.name]);
  expect(looked([press(large, "j", "j"), "live"]).often(large)).toEqual(["gw-2"]);
});

test("over a slow link only what is looked at is asked often, and over one that stands nothing is", () => {
  expect(looked([small, "slow"]).often(small)).toEqual([first.identity.name]);
  expect(looked([small, "stalled"]).often(small)).toEqual([]);
});

test("nothing is said while nothing changes", () => {
  expect(looked([large, "live"], [large, "live"], [press(large, "?"), "live"]).said).toBe(2);
});
