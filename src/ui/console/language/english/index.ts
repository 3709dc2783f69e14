import type { When } from "../../../../ground/index.ts";
import { inEnglish } from "../../../../watch/index.ts";
import { alerts } from "./alerts.ts";
import { commands } from "./commands.ts";
import { fleet } from "./fleet.ts";
import { gateway } from "./gateway.ts";
import { help } from "./help.ts";
import { incident } from "./incident.ts";
import { runbook } from "./runbook.ts";
import { compare, snapshots, vault } from "./keeping.ts";
import { keys } from "./keys.ts";
import { about, audit, deploy, perf } from "./more.ts";
import { plain } from "./plain.ts";
import { restore, rollback } from "./takeback.ts";
import { states, words } from "./words.ts";

export const english = {
  words,
  states,
  keys,
  commands,
  fleet,
  gateway,
  alerts,
  incident,
  runbook,
  sentences: inEnglish,
  /** By whose clock the moments within a sentence are written; absent: UTC. */
  when: undefined as When | undefined,
  snapshots,
  compare,
  vault,
  restore,
  rollback,
  deploy,
  perf,
  audit,
  about,
  help,
  plain,
};
