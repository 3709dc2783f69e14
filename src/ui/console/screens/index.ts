import type { ScreenId } from "../state/place.ts";
import { alert, alerts } from "./alerts.ts";
import { compare, difference } from "./compare.ts";
import { deploy } from "./deploy.ts";
import { fleet } from "./fleet.ts";
import { gateway } from "./gateway.ts";
import { help } from "./help.ts";
import { incident, incidents } from "./incident.ts";
import { about, audit, perf } from "./own.ts";
import { restore, rollback } from "./restore.ts";
import type { Screen } from "./screen.ts";
import { session } from "./session.ts";
import { snapshot, snapshots } from "./snapshots.ts";
import { vault } from "./vault.ts";

/** Every screen there is, by the name its places carry. */
export const screens: Readonly<Record<ScreenId, Screen>> = {
  fleet,
  gateway,
  session,
  alerts,
  alert,
  incidents,
  incident,
  snapshots,
  snapshot,
  compare,
  difference,
  restore,
  rollback,
  vault,
  deploy,
  perf,
  audit,
  help,
  about,
};
