import { isJsonObject, valueAt, type Json } from "../json.ts";

/** One account of a chat service that the configuration sets up. */
export type ConfiguredChannel = {
  readonly id: string;
  readonly account: string;
  readonly enabled: boolean;
};

/** What stands beside the channels under the same key. */
const notChannels: ReadonlySet<string> = new Set(["defaults", "modelByChannel"]);

/** The channels of a configuration: whether they are connected only a gateway can tell. */
export const configuredChannels = (config: Json | undefined): readonly ConfiguredChannel[] => {
  const channels = valueAt(config, ["channels"]);
  if (!isJsonObject(channels)) return [];
  return Object.entries(channels).flatMap(([id, entry]) => {
    if (notChannels.has(id) || !isJsonObject(entry)) return [];
    const enabled = valueAt(entry, ["enabled"]) !== false;
    const accounts = valueAt(entry, ["accounts"]);
    if (!isJsonObject(accounts)) return [{ id, account: "default", enabled }];
    return Object.entries(accounts).map(([account, its]) => ({
      id,
      account,
      enabled: enabled && valueAt(its, ["enabled"]) !== false,
    }));
  });
};
