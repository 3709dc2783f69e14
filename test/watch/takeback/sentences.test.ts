import { describe, expect, it } from "vitest";
import { english } from "../../../src/watch/sentences/index.ts";

describe("what is said of a restore", () => {
  it("sets large numbers in groups and counts one thing as one", () => {
    expect(english({ say: "messages-there", messages: 12_345, sessions: 1 })).toBe(
      "12,345 messages in 1 session",
    );
    expect(english({ say: "sessions-there", all: 1, listed: false })).toBe("1 of 1 session is there");
    expect(english({ say: "sessions-missing", missing: 1, all: 1_204, first: "agent:main:a" })).toBe(
      "1 of 1,204 sessions is missing, agent:main:a first",
    );
    expect(
      english({ say: "written-beside", files: 1, bytes: 1_000, fromVault: 0, databases: 1, leases: 1_000 }),
    ).toBe(
      "1 file, 1.0 kB written and read back, 0 B of it out of the vault; one database checked, 1,000 leases of the old process taken out",
    );
  });
});
