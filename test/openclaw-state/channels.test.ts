import { describe, expect, it } from "vitest";
import { configuredChannels } from "../../src/openclaw/index.ts";

describe("the channels of a configuration", () => {
  it("are each account of each, with whether it is switched on", () => {
    const config = {
      channels: {
        defaults: { groupPolicy: "allowlist" },
        modelByChannel: { telegram: { main: "small" } },
        telegram: { enabled: true, botToken: "hush" },
        slack: { accounts: { work: {}, old: { enabled: false } } },
        discord: { enabled: false, accounts: { main: {} } },
        broken: "yes",
      },
    };
    expect(configuredChannels(config)).toEqual([
      { id: "telegram", account: "default", enabled: true },
      { id: "slack", account: "work", enabled: true },
      { id: "slack", account: "old", enabled: false },
      { id: "discord", account: "main", enabled: false },
    ]);
    expect(configuredChannels(undefined)).toEqual([]);
  });
});
