import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  acceptedAt,
  endIn,
  keptBeside,
  lastRecords,
  lastRoots,
  openJournal,
  parseDuration,
  phaseOf,
  type EndRecord,
  type Journal,
} from "../../../core/index.ts";
import { age, bytes, ExitCode } from "../../../ground/index.ts";
import { defineCommand } from "../command.ts";
import { nextCommand } from "../same-world.ts";
import { wrapped } from "../wrapped.ts";
import { openDesk } from "../takeback/desk.ts";

export const command = defineCommand({
  words: ["restore", "status"],
  summary: "Say whether a restore waits to be accepted, and what is kept for going back.",
  details: "A restore that was interrupted is finished or undone first, and it is said which.",
  options: {},
  run: async (context) => {
    await using desk = await openDesk(context, { onlyLooks: true });
    const journal = openJournal(desk.stateDir);
    const kept = (await Promise.all((journal?.begun.roots ?? lastRoots(desk.stateDir)).map(keptOf))).flat();
    const last = lastRecords(desk.stateDir);
    const now = context.clock.now();
    const next = (words: string): string => nextCommand(context.flags, desk.settings.name, words);
    const { acceptWithin } = (await context.config()).recovery;
    const withinMs = parseDuration(acceptWithin);
    const due = journal === undefined ? undefined : acceptedAt(journal, withinMs);
    if (context.flags.json) {
      context.out(
        `${JSON.stringify({
          recovered: desk.fleet.recovered.map(({ stateDir, gateway, outcome }) => ({
            stateDir,
            gateway: gateway ?? null,
            ...(outcome.kind === "stuck" ? { kind: "stuck", words: outcome.problem.message } : outcome),
          })),
          pending:
            journal === undefined
              ? null
              : {
                  ...journal.begun,
                  phase: phaseOf(journal.records),
                  acceptedAt: due ?? null,
                  records: journal.records,
                },
          kept,
          last: last.length === 0 ? null : { begun: last[0], ended: endIn(last) ?? null },
        })}\n`,
      );
      return ExitCode.fine;
    }
    if (journal === undefined) {
      const ended = endIn(last);
      const begun = last[0];
      context.out(
        begun?.step === "begun" && ended !== undefined
          ? `Nothing is pending. The last restore, of ${begun.snapshot}, was ${endings[ended.step]} ${age(now - ended.at)} ago.\n`
          : "Nothing is pending.\n",
      );
    } else if (desk.heldBy !== undefined) {
      const { begun, records } = journal;
      const [isAtIt, ago] = [`process ${desk.heldBy}`, `${age(now - begun.at)} ago`];
      context.out(
        [
          begun.session !== undefined
            ? `${begun.session} is being brought back from its archive by ${isAtIt}, begun ${ago}.`
            : isDecided(records)
              ? `${begun.snapshot} was restored (${begun.scope}), begun ${ago}; ${isAtIt} is accepting it or rolling it back: ${deciding(records)}.`
              : `${begun.snapshot} is being restored (${begun.scope}) by ${isAtIt}, begun ${ago}: ${doing(records)}.`,
          `  Call it off:  kill -INT ${desk.heldBy}`,
          "",
        ].join("\n"),
      );
    } else {
      const { begun, records } = journal;
      context.out(
        [
          `${begun.snapshot} was restored (${begun.scope}) ${age(now - begun.at)} ago, and ${phaseOf(records) === "in-place" ? "waits to be accepted or rolled back" : `is at "${phaseOf(records)}"`}.`,
          ...(due === undefined
            ? []
            : [`  It counts as accepted in ${age(Math.max(0, due - now))}; the old state is deleted then.`]),
          `  Keep it:         ${next("restore accept")}`,
          `  Back to before:  ${next("restore rollback")}`,
          "",
        ].join("\n"),
      );
    }
    for (const { path, sizeBytes, modifiedAt } of kept) {
      const lines = wrapped(
        "  kept: ",
        `${path}  ${bytes(sizeBytes)}, ${age(now - modifiedAt)} old: ${whatIs(path, journal !== undefined, age(Math.max(0, modifiedAt + withinMs - now)))}`,
        context.terminal,
      );
      context.out(`${lines.join("\n")}\n`);
    }
    return ExitCode.fine;
  },
});

const endings: Readonly<Record<EndRecord["step"], string>> = {
  accepted: "accepted",
  "put-back": "put back",
  abandoned: "called off before anything was touched",
};

/** How far a restore is that somebody is at. */
const doing = (records: Journal["records"]): string => {
  switch (phaseOf(records)) {
    case "preparing":
      return isStopping(records)
        ? "the gateway is being stopped, nothing was touched"
        : "the snapshot is written beside, nothing was touched";
    case "swapping":
      return "old and new change places";
    case "in-place":
      return "the new state is in place, and is started or compared";
    case "putting-back":
      return "the old state is put back";
    case "put-back":
    case "accepted":
    case "abandoned":
      return "it is cleared up after";
  }
};

const isStopping = (records: Journal["records"]): boolean =>
  records.some((record) => record.step === "noted" && record.what === "stopping");

/** Who claims what is in place wants to keep it or to have it undone. */
const claimOn = (records: Journal["records"]): number => {
  const swapped = records.findIndex(({ step }) => step === "swapped");
  return swapped < 0 ? -1 : records.findLastIndex(({ step }, at) => at > swapped && step === "claimed");
};

const isDecided = (records: Journal["records"]): boolean => claimOn(records) >= 0;

const deciding = (records: Journal["records"]): string => {
  if (phaseOf(records) !== "in-place") return doing(records);
  return isStopping(records.slice(claimOn(records)))
    ? "the gateway is being stopped, nothing was changed"
    : "nothing was changed yet";
};

const whatIs = (path: string, isOpen: boolean, goesIn: string): string => {
  if (/-old(?:-\d+)?$/.test(path)) return "the state from before";
  return isOpen && /-new(?:-\d+)?$/.test(path)
    ? "the state that is to come in, being written"
    : `what was taken out again; nobody needs it, and it is deleted in ${goesIn}`;
};

type Kept = { readonly path: string; readonly sizeBytes: number; readonly modifiedAt: number };

const keptOf = (live: string): Promise<readonly Kept[]> =>
  Promise.all(
    keptBeside(live).map(async (path) => ({
      path,
      sizeBytes: await sizeOf(path),
      modifiedAt: (await lstat(path)).ctimeMs,
    })),
  );

const sizeOf = async (path: string): Promise<number> => {
  const stat = await lstat(path);
  if (!stat.isDirectory()) return stat.blocks * 512;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, stat.blocks * 512);
};
