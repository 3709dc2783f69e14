import type { Json } from "../../openclaw/index.ts";

export const isJsonRecord = (
  value: Json | undefined,
): value is { readonly [key: string]: Json | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Channels that a configuration sets up. */
export const configuredChannels = (config: Json | undefined): readonly string[] => {
  const channels = isJsonRecord(config) ? config["channels"] : undefined;
  return isJsonRecord(channels) ? Object.keys(channels).filter((name) => name !== "defaults") : [];
};
