import type { StateFinding } from "../../../openclaw/index.ts";
import { asTold } from "../../sentences/index.ts";
import { pass, warn, type PreflightItem } from "../../takeback/restore-plan.ts";
import type { Looked } from "./preflight.ts";

export type LookedAtPresent = {
  readonly source: Pick<Looked["source"], "config">;
  readonly before: Pick<Looked["before"], "findings">;
};

/**
 * What of the state as it is now cannot be read: mostly the reason why somebody is here, so it never stands in the way
 * of taking it back.
 */
export const presentItem = ({ source, before }: LookedAtPresent): PreflightItem => {
  const check = "state as it is now";
  const broken = [
    ...(source.config.kind === "absent" ? [] : source.config.findings),
    ...before.findings.filter(isUnreadable),
  ];
  const [first] = broken;
  if (first === undefined) return pass(check, { say: "present-readable" });
  const what = asTold(first.message);
  return warn(check, broken.length === 1 ? what : { say: "with-more", what, more: broken.length - 1 }, {
    say: "kept-until-accept",
  });
};

const unreadable: ReadonlySet<string> = new Set(["STATE_DATABASE_DAMAGED", "STATE_DATABASE_UNREADABLE"]);

export const isUnreadable = ({ code }: Pick<StateFinding, "code">): boolean => unreadable.has(code);
