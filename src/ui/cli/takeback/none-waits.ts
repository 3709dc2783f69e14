import { endIn, lastRecords } from "../../../core/index.ts";
import { ExitCode, Problem } from "../../../ground/index.ts";
import { ofGateway } from "../same-world.ts";
import type { Desk } from "./desk.ts";

/** Why there is nothing to accept or roll back, and where the way back leads now. */
export const noneWaits = (
  { stateDir, settings }: Pick<Desk, "stateDir" | "settings">,
  wanted: "accepted" | "rolled back",
): Problem => {
  const named = ofGateway(settings.name);
  const last = lastRecords(stateDir);
  const begun = last[0];
  const ended = endIn(last);
  if (begun?.step !== "begun" || ended === undefined) {
    return new Problem("NOTHING_PENDING", `No restore of ${stateDir} waits to be ${wanted}.`, {
      hint: `\`clawback snapshots restore last-good --dry-run${named}\` shows what one would do.`,
      exit: ExitCode.refused,
    });
  }
  const safety = last.flatMap((record) =>
    record.step === "noted" && record.what === "safety-snapshot" ? [record.detail] : [],
  )[0];
  const at = new Date(ended.at).toISOString().slice(0, 19);
  const how = ended.step === "accepted" ? "accepted" : ended.step === "put-back" ? "put back" : "called off";
  return new Problem(
    "NOTHING_PENDING",
    `Nothing can be ${wanted}: the restore of ${begun.snapshot} was ${how} at ${at}Z${ended.step === "accepted" ? ` (${ended.by}), and the old state was deleted then` : ""}.`,
    {
      hint:
        safety === undefined || ended.step !== "accepted"
          ? `\`clawback snapshots list${named}\` shows what can be taken back.`
          : `The state from right before it is snapshot ${safety}: clawback snapshots restore ${safety}${named}`,
      exit: ExitCode.refused,
    },
  );
};
