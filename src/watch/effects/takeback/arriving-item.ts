import { relative } from "node:path";
import { valueAt, type Json, type StateReading } from "../../../openclaw/index.ts";
import { pass, stop, warn, type PreflightItem } from "../../takeback/restore-plan.ts";
import { isUnreadable } from "./present-item.ts";

export type LookedAtArriving = {
  readonly snapshot: { readonly id: string };
  readonly saved: Pick<StateReading, "stateDir" | "findings">;
  /** The configuration that comes in, as it will be here; absent: none, or `configBroken`. */
  readonly arriving: Json | undefined;
  readonly configBroken: boolean;
  readonly includes: (path: string) => boolean;
};

/**
 * Whether a gateway can start on what comes in, as far as that can be told without one: found out by a start, it costs
 * the whole downtime and is put back.
 */
export const arrivingItem = (looked: LookedAtArriving): PreflightItem => {
  const { snapshot, saved, arriving, configBroken, includes } = looked;
  const check = "state as it will be";
  const [damaged] = saved.findings
    .filter(isUnreadable)
    .map(({ path }) => relative(saved.stateDir, path))
    .filter(includes);
  if (damaged !== undefined) {
    return stop(
      check,
      { say: "arrives-damaged", database: damaged, snapshot: snapshot.id },
      { say: "choose-earlier" },
    );
  }
  if (!includes("openclaw.json")) return pass(check, { say: "present-readable" });
  if (configBroken) {
    return stop(check, { say: "arrives-unparsable", snapshot: snapshot.id }, { say: "keep-config" });
  }
  const mode = valueAt(arriving, ["gateway", "mode"]);
  return typeof mode === "string" && mode !== "local"
    ? warn(check, { say: "arrives-in-mode", mode, snapshot: snapshot.id }, { say: "keep-config" })
    : pass(check, { say: "present-readable" });
};
