import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { idOf } from "../../../src/core/chunk/chunk-id.ts";
import { FrameCache } from "../../../src/core/pack/frame-cache.ts";
import { PackWriter } from "../../../src/core/pack/pack-writer.ts";
import { diskStore } from "../../../src/core/store/disk-store.ts";
import { temporary } from "../support/places.ts";

it("a frame that two ask for at once takes the room of one", async () => {
  using place = temporary();
  const store = diskStore(place.path);
  const master = randomBytes(32);
  const writer = new PackWriter({ store, master, compression: "none" });
  for (let frame = 0; frame < 3; frame += 1) {
    const chunk = randomBytes(900_000);
    writer.add(idOf(chunk), 0, chunk, false);
  }
  await writer.finish();
  const [info] = await store.list("packs/");
  const pack = basename(info?.key ?? "");
  const frames = new FrameCache(store, master, 2_000_000);
  const [one, other] = await Promise.all([frames.frame(pack, 0), frames.frame(pack, 0)]);
  expect(one).toBe(other);
  await frames.frame(pack, 1);
  expect(frames.held(pack, 0)).toBe(one);
  // There is room for two: what was not used for longest goes.
  await frames.frame(pack, 2);
  expect([0, 1, 2].map((frame) => frames.held(pack, frame) !== undefined)).toEqual([true, false, true]);
});
