import type { Finding } from "../../../core/index.ts";
import type { StateFinding } from "../../../openclaw/index.ts";
import { asTold, type Sentence } from "../../sentences/index.ts";
import { pass, stop, warn, type PreflightItem } from "../../takeback/restore-plan.ts";
import type { Looked } from "./preflight.ts";

export type LookedAtPresent = {
  readonly source: Pick<Looked["source"], "config">;
  readonly before: Pick<Looked["before"], "findings">;
  /** Names that are there and closed to us. */
  readonly unread: readonly Finding[];
  readonly includes: (path: string) => boolean;
};

/**
 * What of the state as it is now cannot be read: mostly the reason why somebody is here, so it does not stand in the way
 * of taking it back. Only a directory does that we may not list: what no snapshot holds of it could not be carried over.
 */
export const presentItem = ({ source, before, unread, includes }: LookedAtPresent): PreflightItem => {
  const check = "state as it is now";
  const closed = unread.filter(({ path }) => path !== undefined && includes(path));
  const directory = closed.find(({ code }) => code === "DIRECTORY_UNREADABLE");
  if (directory?.path !== undefined)
    return stop(check, { say: "closed-to-us", path: directory.path }, { say: "run-as-owner" });
  const broken = [
    ...(source.config.kind === "absent" ? [] : source.config.findings),
    ...before.findings.filter(isUnreadable),
  ].map(({ message }) => asTold(message));
  const told = [...broken, ...closed.map(({ path = "" }): Sentence => ({ say: "closed-to-us", path }))];
  const [what] = told;
  if (what === undefined) return pass(check, { say: "present-readable" });
  return warn(check, told.length === 1 ? what : { say: "with-more", what, more: told.length - 1 }, {
    say: broken.length > 0 ? "kept-until-accept" : "run-as-owner",
  });
};

const unreadable: ReadonlySet<string> = new Set(["STATE_DATABASE_DAMAGED", "STATE_DATABASE_UNREADABLE"]);

export const isUnreadable = ({ code }: Pick<StateFinding, "code">): boolean => unreadable.has(code);
