import { describe, expect, it } from "vitest";
import type { StateReading } from "../../../src/openclaw/index.ts";
import { presentItem, type LookedAtPresent } from "../../../src/watch/effects/takeback/present-item.ts";
import type { PreflightItem } from "../../../src/watch/takeback/restore-plan.ts";
import { versionItem, type LookedAtVersions } from "../../../src/watch/effects/takeback/version-item.ts";

type Schemas = { readonly gateway?: number; readonly main?: number };

const reading = ({ gateway, main }: Schemas, more: Partial<StateReading> = {}): StateReading => ({
  stateDir: "/home/op/.openclaw",
  kind: "sqlite",
  ...(gateway === undefined ? {} : { gatewaySchema: gateway }),
  agents: [{ id: "main", kind: "sqlite", ...(main === undefined ? {} : { schemaVersion: main }) }],
  sessions: [],
  memory: [],
  boots: [],
  devices: [],
  cron: [],
  deliveries: [],
  backups: [],
  quarantine: [],
  vitals: {},
  findings: [],
  ...more,
});

const old = { gateway: 15, main: 19 };
const young = { gateway: 18, main: 23 };

const looked = (of: {
  readonly taken?: string;
  readonly last?: string;
  readonly runs?: string;
  readonly saved?: Schemas;
  readonly now?: Schemas;
}): LookedAtVersions => ({
  snapshot: { id: "2026-11-20-02-00", gateway: "prod-eu" },
  settings: { name: "prod-eu" },
  migration: undefined,
  takenOf: of.taken,
  installed: of.runs,
  before: reading(of.now ?? young, of.last === undefined ? {} : { gatewayVersion: of.last }),
  saved: reading(of.saved ?? young),
});

describe("whether the release of OpenClaw here can start on a snapshot", () => {
  it("stops where any database of the snapshot is newer, and says what to do first", () => {
    const item = versionItem(
      looked({ taken: "2026.9.6", runs: "2026.9.1", saved: { ...old, gateway: 18 }, now: old }),
    );
    expect(item).toEqual({
      check: "versions fit",
      verdict: "stop",
      evidence:
        "taken of OpenClaw 2026.9.6, and 2026.9.1 runs here: an older one does not start on newer databases (gateway: schema 18, here 15)",
      said: {
        say: "older-does-not-start",
        releases: { say: "taken-and-here", from: "2026.9.6", here: "2026.9.1", runs: true },
        databases: [{ say: "schema-newer", database: "gateway", saved: 18, here: 15 }],
      },
      wayOut:
        "Update OpenClaw to 2026.9.6 or later first. To look into the snapshot without that: clawback snapshots restore 2026-11-20-02-00 --target DIR",
      advice: { say: "update-first", version: "2026.9.6", snapshot: "2026-11-20-02-00" },
    });
  });

  it("stops by the releases alone where no schema can be compared", () => {
    expect(versionItem(looked({ taken: "2026.9.6", runs: "2026.9.1", now: {} })).verdict).toBe("stop");
  });

  it("warns of the migration that an older snapshot brings with it", () => {
    const item = versionItem(looked({ taken: "2026.9.1", runs: "2026.9.6", saved: old }));
    expect(item).toMatchObject({
      verdict: "warn",
      evidence: expect.stringContaining(
        "migrates gateway from schema 15 to 18, agent main from schema 19 to 23",
      ),
      wayOut: "Nothing to do: this start takes longer than usual.",
    });
    expect(versionItem(looked({ taken: "2026.9.1", last: "2026.9.6", saved: old })).wayOut).toContain(
      "If an older OpenClaw is installed by now",
    );
  });

  it("passes a newer release with the same schemas, and the same release", () => {
    expect(versionItem(looked({ taken: "2026.9.6", runs: "2026.9.5" }))).toMatchObject({ verdict: "pass" });
    expect(versionItem(looked({ taken: "2026.9.6", last: "2026.9.6" })).evidence).toBe("both 2026.9.6");
  });

  it("warns where a release is not known", () => {
    expect(versionItem(looked({ runs: "2026.9.6" }))).toMatchObject({ verdict: "warn" });
  });
});

describe("the state as it is now", () => {
  const present = (
    config: LookedAtPresent["source"]["config"],
    findings: StateReading["findings"] = [],
    unread: LookedAtPresent["unread"] = [],
  ): PreflightItem =>
    presentItem({
      source: { config },
      before: { findings },
      unread,
      includes: (path) => path !== "left/out",
    });
  const finding = (code: StateReading["findings"][number]["code"], message: string) => ({
    code,
    path: "/x",
    message,
    hint: "",
  });

  it("that cannot be read is told, and no reason against a restore", () => {
    const broken = {
      kind: "broken",
      path: "/x",
      findings: [finding("CONFIG_BROKEN", "openclaw.json is not one")],
    } as const;
    expect(present(broken, [finding("STATE_DATABASE_DAMAGED", "main is damaged")])).toMatchObject({
      verdict: "warn",
      evidence: "openclaw.json is not one, and 1 more",
    });
  });

  it("stands in the way where a directory of it is closed, and a file does not", () => {
    const absent = { kind: "absent", path: "/x" } as const;
    const closed = (code: "FILE_UNREADABLE" | "DIRECTORY_UNREADABLE", path: string) => ({
      code,
      path,
      message: "cannot be read",
    });
    expect(present(absent, [], [closed("FILE_UNREADABLE", "a.md")])).toMatchObject({
      verdict: "warn",
      evidence: "a.md is closed to the user who runs this",
    });
    expect(
      present(absent, [], [closed("FILE_UNREADABLE", "a.md"), closed("DIRECTORY_UNREADABLE", "b")]),
    ).toMatchObject({
      verdict: "stop",
      evidence: "b is closed to the user who runs this",
      wayOut: "Run as the user who owns it.",
    });
    expect(present(absent, [], [closed("DIRECTORY_UNREADABLE", "left/out")]).verdict).toBe("pass");
  });

  it("is fine where nothing but a session could not be read", () => {
    const read = { kind: "read", path: "/x", config: {}, written: {}, files: ["/x"], findings: [] } as const;
    expect(present(read, [finding("STATE_SESSION_UNREADABLE", "one")]).verdict).toBe("pass");
    expect(present({ kind: "absent", path: "/x" }).verdict).toBe("pass");
  });
});
