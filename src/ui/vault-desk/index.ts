/**
 * The vault as the console uses it: opened beside the fleet, listed for the watch, and asked to save, verify, protect,
 * delete and compare while somebody looks elsewhere. It promises that what lasts tells how far it is and ends at a safe
 * point when the console is left. What is drawn of it is the console's.
 */
import type { Listed, Vault } from "../../core/index.ts";
import { ExitCode } from "../../ground/index.ts";
import { problemSaid, told, type Event, type Told } from "../../watch/index.ts";
import { watchVault } from "../../watch/effects/index.ts";
import type { Context } from "../cli/command.ts";
import type { VaultDesk, VaultNews, VaultRequest } from "../console/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { comparisonsOn } from "./comparisons.ts";
import { deedsOn, type Deeds } from "./deeds.ts";
import { figuresWith } from "./figures.ts";
import { storedOf } from "./harmless-news.ts";
import { configuredPlace, demoFolder, demoPlace } from "./place.ts";

/** The desk, with the vault itself for those who need it besides. */
export type OpenVaultDesk = VaultDesk &
  AsyncDisposable & {
    readonly opened: () => { readonly vault: Vault; readonly path: string; readonly nudge: () => void };
  };

export const openVaultDesk = async (
  context: Context,
  fleet: FleetSource,
  dispatch: (event: Event) => void,
): Promise<OpenVaultDesk> => {
  const { clock } = context;
  const demoState = fleet.demo?.gateways[0]?.stateDir;
  const place =
    demoState === undefined ? configuredPlace(context) : await demoPlace(context, demoFolder(demoState));
  const ending = new AbortController();
  let tell: (news: VaultNews) => void = () => undefined;
  const toListener = (news: VaultNews): void => {
    tell(news);
  };
  let opened:
    | {
        readonly vault: Vault;
        readonly deeds: Deeds;
        readonly path: string;
        readonly nudge: () => void;
      }
    | undefined;
  let listing: ReturnType<typeof watchVault> | undefined;
  let newest: Listed | undefined;

  const trouble = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    const at = clock.now();
    dispatch({ kind: "trouble", at, trouble: { at, effect: "vault", code: "VAULT", message } });
  };

  const open = async (): Promise<void> => {
    const { access, vault } = await place.open();
    if (ending.signal.aborted) return;
    let toldOf: Listed["snapshots"] | undefined;
    tell({ kind: "access", access });
    if (vault === undefined || access.kind !== "open") return;
    listing = watchVault(
      {
        sign: () => vault.sign(),
        list: async () => {
          const listed = await vault.list();
          newest = listed;
          // A vault that holds what it held gives the same list, and there is nothing to tell.
          if (listed.snapshots !== toldOf) {
            toldOf = listed.snapshots;
            tell({ kind: "listed", snapshots: listed.snapshots.map(storedOf) });
          }
          return listed;
        },
      },
      clock,
      fleet.gateways,
      dispatch,
    );
    const { nudge } = listing;
    opened = {
      vault,
      path: access.info.path,
      nudge,
      deeds: deedsOn(vault, { context, fleet, dispatch, tell, nudge, signal: ending.signal }),
    };
  };

  /** A fleet that is not real begins with a way back, so that there is one when its trouble comes. */
  const begin = async (): Promise<void> => {
    await open();
    if (fleet.demo === undefined || opened === undefined) return;
    for (const { name } of fleet.gateways) await opened.deeds.save(name, undefined, "full");
  };

  const theOpen = (): NonNullable<typeof opened> => {
    if (opened !== undefined) return opened;
    throw problemSaid(
      "VAULT_MISSING",
      { say: "vault-not-open" },
      { advice: { say: "vault-screen-says" }, exit: ExitCode.vault },
    );
  };
  const comparisons = comparisonsOn({
    vault: () => theOpen().vault,
    fleet,
    env: context.env,
    clock,
    signal: ending.signal,
    tell: toListener,
  });
  const figures = figuresWith({
    clock,
    retention: place.retention,
    opened: () => opened,
    listed: async (vault) => (newest ??= await vault.list()),
    tell: toListener,
    onTrouble: trouble,
  });

  const run = async (request: VaultRequest): Promise<Told> => {
    switch (request.kind) {
      case "make": {
        const path = await place.make();
        await open();
        return told({ say: "vault-made", path });
      }
      case "save":
        return await theOpen().deeds.save(request.gateway, request.name, "manual");
      case "verify":
        return await theOpen().deeds.verify(request.gateway, request.id);
      case "protect":
        return await theOpen().deeds.protect(request.id, request.on);
      case "export":
        return await theOpen().deeds.exportTo(request.gateway, request.ids, request.path);
      case "delete":
        return await theOpen().deeds.remove(request.gateway, request.id);
      case "compare":
        await comparisons.compare(request);
        return nothingToTell;
      case "difference":
        await comparisons.difference(request, request.path);
        return nothingToTell;
    }
  };

  let beginning = Promise.resolve();
  const stop = async (): Promise<void> => {
    figures.look(false);
    ending.abort(problemSaid("LEFT", { say: "console-left" }, { exit: ExitCode.interrupted }));
    await beginning;
    await listing?.stop();
  };
  return {
    start: (listener) => {
      tell = listener;
      beginning = begin().catch((error: unknown) => {
        if (!ending.signal.aborted) trouble(error);
      });
    },
    run,
    opened: theOpen,
    look: figures.look,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

/** What is only looked at is shown, and needs no words besides. */
const nothingToTell: Told = { text: "" };
