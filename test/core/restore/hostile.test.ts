import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openVault } from "../../../src/core/index.ts";
import { bytePath } from "../../../src/core/manifest/byte-path.ts";
import type { Node } from "../../../src/core/manifest/entry.ts";
import { forgeVault } from "../support/forge.ts";
import { temporary } from "../support/places.ts";

const empty = {
  type: "file",
  sizeBytes: 0,
  content: { layout: "chunks", database: false, list: { kind: "inline", ids: new Uint8Array() } },
} as const satisfies Node;

describe("a snapshot that somebody hostile made", () => {
  it.each([
    [
      "a link below a link",
      (outside) => [
        ["way", linkTo(outside)],
        ["way/keys", linkTo("/dev/null")],
      ],
    ],
    [
      "a hard link below a link",
      (outside) => [
        ["evil", empty],
        ["way", linkTo(outside)],
        ["way/keys", { type: "hardlink", target: bytePath("evil"), sizeBytes: 0 }],
      ],
    ],
    [
      "a directory that becomes a link",
      (outside) => [
        ["way", { type: "directory" }],
        ["way", linkTo(outside)],
        ["way/keys", linkTo("/dev/null")],
      ],
    ],
    [
      "a link whose directory comes later",
      (outside) => [
        ["way", linkTo(outside)],
        ["way", { type: "directory" }],
        ["way/keys", empty],
      ],
    ],
  ] as const satisfies readonly (readonly [
    string,
    (outside: string) => readonly (readonly [string, Node])[],
  ])[])("with %s is not restored, and nothing outside of the target changes", async (_what, entries) => {
    using place = temporary();
    mkdirSync(place.at("outside"));
    writeFileSync(place.at("outside/keys"), "mine");
    const id = await forgeVault(place.at("vault"), entries(place.at("outside")));
    const vault = await openVault(place.at("vault"), { keys: {} });
    await expect(vault.restoreTo(id, place.at("target"))).rejects.toMatchObject({ code: "SNAPSHOT_DAMAGED" });
    expect(readFileSync(place.at("outside/keys"), "utf8")).toBe("mine");
    expect(readdirSync(place.at("outside"))).toEqual(["keys"]);
  });

  it("brings in no second name of something outside", async () => {
    using place = temporary();
    mkdirSync(place.at("outside"));
    writeFileSync(place.at("outside/secret"), "mine");
    const id = await forgeVault(place.at("vault"), [
      ["a", linkTo(place.at("outside"))],
      ["b", { type: "hardlink", target: bytePath("a/secret"), sizeBytes: 4 }],
    ]);
    const vault = await openVault(place.at("vault"), { keys: {} });
    const { findings } = await vault.restoreTo(id, place.at("target"));
    expect(findings).toMatchObject([{ code: "NOT_RESTORED", path: "b" }]);
    expect(existsSync(place.at("target/b"))).toBe(false);
  });
});

const linkTo = (target: string): Node => ({ type: "symlink", target: bytePath(target) });
