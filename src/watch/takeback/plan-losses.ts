import { isJsonObject, valueAt, type Json, type StateReading } from "../../openclaw/index.ts";
import type { RestorePlan, SchemaStep } from "./restore-plan.ts";

/** Databases whose schema goes to another version. */
export const schemaSteps = (before: StateReading, saved: StateReading): readonly SchemaStep[] => {
  const now = new Map(schemasOf(before));
  return schemasOf(saved).flatMap(([database, inSnapshot]) => {
    const current = now.get(database);
    return current === inSnapshot ? [] : [{ database, now: current ?? null, inSnapshot }];
  });
};

/** Whether there was anything to compare, and it is the same: what is not known on either side proves nothing. */
export const hasSameSchemas = (before: StateReading, saved: StateReading): boolean => {
  const now = new Map(schemasOf(before));
  const shared = schemasOf(saved).filter(([database]) => now.has(database));
  return shared.length > 0 && shared.every(([database, schema]) => now.get(database) === schema);
};

const schemasOf = ({ gatewaySchema, agents }: StateReading): readonly (readonly [string, number])[] => [
  ...(gatewaySchema === undefined ? [] : [["gateway", gatewaySchema] as const]),
  ...agents.flatMap(({ id, schemaVersion }) =>
    schemaVersion === undefined ? [] : [[`agent ${id}`, schemaVersion] as const],
  ),
];

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
  return isJsonObject(channels) ? Object.keys(channels).filter((name) => ratcheting.includes(name)) : [];
};
