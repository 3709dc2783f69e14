/**
 * Going back as the console does it: plans are made, restores carried out, sessions rolled back, and what others began
 * is found. It promises that a restore goes on while somebody looks elsewhere, that all of it is told as it happens,
 * and that leaving ends it at a safe point. How a restore is done is the watch's; what is drawn of it the console's.
 */
import { ExitCode, Problem } from "../../ground/index.ts";
import { realPlace, type Vault } from "../../core/index.ts";
import { problemSaid, type Told } from "../../watch/index.ts";
import type { Context } from "../cli/command.ts";
import { auditEnded } from "../cli/takeback/audit.ts";
import type { TakebackDesk, TakebackNews, TakebackRequest } from "../console/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { gatewayDesk, type GatewayDesk } from "../gateway-desk.ts";
import { watchJournals, type Ended } from "./journals.ts";
import { restoresWith } from "./restores.ts";
import { sessionRollbacksWith } from "./session-rollbacks.ts";

/** What is only looked at is shown, and needs no words besides. */
const nothingToTell: Told = { text: "" };

export type TakebackPorts = {
  /** The open vault; a Problem where there is none. */
  readonly vault: () => { readonly vault: Vault; readonly path: string; readonly nudge: () => void };
};

export const openTakebackDesk = (
  context: Context,
  fleet: FleetSource,
  { vault }: TakebackPorts,
): TakebackDesk => {
  const { clock, flags } = context;
  const ending = new AbortController();
  let listener: (news: TakebackNews) => void = () => undefined;
  const tell = (news: TakebackNews): void => {
    listener(news);
  };
  const desks = new Map<string, Promise<GatewayDesk>>();
  const desk = (gateway: string): Promise<GatewayDesk> => {
    const known = desks.get(gateway);
    if (known !== undefined) return known;
    const settings = fleet.gateways.find(({ name }) => name === gateway);
    if (settings === undefined) {
      throw new Problem("USAGE_GATEWAY", `No gateway is called "${gateway}".`, { exit: ExitCode.usage });
    }
    const made = gatewayDesk(context, fleet, settings);
    desks.set(gateway, made);
    return made;
  };
  const journals = watchJournals({
    clock,
    gateways: fleet.gateways.flatMap(({ name, stateDir }) =>
      stateDir === undefined ? [] : [{ name, stateDir }],
    ),
    readOnly: (gateway) =>
      flags["read-only"] || fleet.gateways.some(({ name, readOnly }) => name === gateway && readOnly),
    recovered: endedBefore(fleet),
    told: (gateway, run) => {
      tell({ kind: "found", gateway, run });
    },
    ended: (gateway, { snapshot, session }, outcome) =>
      auditEnded(context, { gateway, snapshot, session, outcome }),
  });
  const restores = restoresWith({
    clock,
    desk,
    vault,
    readOnly: flags["read-only"],
    tell,
    own: journals.own,
  });
  const sessions = sessionRollbacksWith({ context, clock, desk, vault, tell, signal: ending.signal });

  const run = async (request: TakebackRequest): Promise<Told> => {
    switch (request.kind) {
      case "plan":
        await restores.plan(request);
        return nothingToTell;
      case "restore":
        return await restores.restore(request);
      case "call-off":
        return restores.callOff(request.gateway);
      case "cut-short":
        return restores.cutShort(request.gateway);
      case "accept":
        return await restores.accept(request.gateway);
      case "put-back":
        return await restores.putBack(request.gateway);
      case "session-plan":
        await sessions.plan(request);
        return nothingToTell;
      case "session-back":
        return await sessions.back(request);
      case "session-undo":
        return await sessions.undo(request);
      case "session-probe":
        return await sessions.probe(request);
    }
  };
  return {
    start: (told) => {
      listener = told;
      journals.start();
    },
    run,
    isGoing: restores.isGoing,
    stop: async (how) => {
      await journals.stop();
      ending.abort(problemSaid("LEFT", { say: "console-left" }, { exit: ExitCode.interrupted }));
      await restores.end(how);
    },
  };
};

/** What the start of this program has finished or undone, by the gateway's name here. */
const endedBefore = ({ gateways, recovered }: FleetSource): ReadonlyMap<string, Ended> =>
  new Map(
    recovered.flatMap(({ stateDir, outcome }) =>
      "gatewayStopped" in outcome
        ? gateways
            .filter((each) => each.stateDir !== undefined && realPlace(each.stateDir) === stateDir)
            .map(({ name }) => [name, outcome] as const)
        : [],
    ),
  );
