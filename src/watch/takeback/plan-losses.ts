import { valueAt, type Json, type StateReading } from "../../openclaw/index.ts";
import { isJsonRecord } from "./channels.ts";
import type { RestorePlan, SchemaStep } from "./restore-plan.ts";

/** Databases whose schema goes to another version. */
export const schemaSteps = (before: StateReading, saved: StateReading): readonly SchemaStep[] => {
  const now = new Map(before.agents.map(({ id, schemaVersion }) => [id, schemaVersion]));
  return saved.agents.flatMap(({ id, schemaVersion }) => {
    const current = now.get(id);
    return schemaVersion === undefined || current === schemaVersion
      ? []
      : [{ database: `agent ${id}`, now: current ?? null, inSnapshot: schemaVersion }];
  });
};

/** Devices that paired since the snapshot. */
export const pairAgain = (before: StateReading, saved: StateReading): RestorePlan["devices"] => {
  const known = new Set(saved.devices?.map(({ deviceId }) => deviceId));
  return (before.devices ?? [])
    .filter(({ deviceId }) => !known.has(deviceId))
    .map(({ deviceId, name }) => ({ deviceId, name: name ?? null }));
};

/** Protocols whose session keys move on with every message: an old key is refused by the other side. */
const ratcheting = ["whatsapp", "signal", "matrix"];

export const ratchets = (config: Json | undefined): readonly string[] => {
  const channels = valueAt(config, ["channels"]);
  return isJsonRecord(channels) ? Object.keys(channels).filter((name) => ratcheting.includes(name)) : [];
};
