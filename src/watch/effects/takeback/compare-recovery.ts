import { namesNow } from "../../../core/index.ts";
import { configuredChannels, type Json, type StateReading } from "../../../openclaw/index.ts";
import { asTold } from "../../sentences/index.ts";
import { verifyRecovery, type Recovery } from "../../takeback/verify-recovery.ts";
import { listedSessionKeys } from "./listed-sessions.ts";
import type { UnderWay } from "./under-way.ts";

/** Compares what runs with what was put in place, by the disk and by the gateway's own word. */
export const compareRecovery = async (
  place: UnderWay,
  expected: StateReading,
): Promise<{ readonly recovery: Recovery; readonly found: StateReading }> => {
  const { prepared, settings, ports, signal, tell } = place;
  tell("verify", "begun", { say: "comparing" });
  const again = await place.lookAgain();
  const { names, filesBelow } = await namesNow(again.plan, signal);
  const found = await again.read(filesBelow);
  const listedKeys = await listedSessionKeys(settings, ports);
  const wanted = prepared.scope.extent.kind === "whole" ? prepared.savedConfig : undefined;
  const live = again.config.kind === "read" ? again.config.config : undefined;
  const skills = (files: readonly string[]): number =>
    files.filter((path) => again.classesOf(path).includes("skills")).length;
  const recovery = verifyRecovery({
    expected,
    found,
    ...(listedKeys === undefined ? {} : { listedKeys }),
    channels: { expected: channelNames(wanted), found: channelNames(live) },
    skills: {
      expected: prepared.scope.extent.kind === "whole" ? skills(prepared.savedFiles) : 0,
      found: skills(names.flatMap(({ path, type }) => (type === "file" ? path : []))),
    },
    boot: { before: newestBoot(expected), after: newestBoot(found) },
  });
  const differing = recovery.checks.filter(({ verdict }) => verdict === "differs");
  tell(
    "verify",
    recovery.ok ? "done" : "failed",
    recovery.ok
      ? { say: "as-put-back", what: recovery.checks.map(({ what }) => what) }
      : {
          say: "not-as-put-back",
          things: differing.map(({ what, evidence, said }) => ({
            say: "thing-differs",
            what,
            because: said ?? asTold(evidence),
          })),
        },
  );
  return { recovery, found };
};

const channelNames = (config: Json | undefined): readonly string[] => [
  ...new Set(configuredChannels(config).map(({ id }) => id)),
];

const newestBoot = ({ boots }: StateReading): string | undefined =>
  boots?.toSorted((left, right) => right.startedAt - left.startedAt)[0]?.bootId;
