/**
 * The vault as the console uses it: opened beside the fleet, listed for the watch, and asked to save, verify, protect,
 * delete and compare while somebody looks elsewhere. It promises that what lasts tells how far it is and ends at a safe
 * point when the console is left. What is drawn of it is the console's.
 */
import type { Listed, Vault } from "../../core/index.ts";
import { ExitCode } from "../../ground/index.ts";
import { compareFile, compareSnapshots, planCleanup, rulesOf, stateSource } from "../../keeping/index.ts";
import { problemSaid, told, whyOf, type Event, type Told } from "../../watch/index.ts";
import { watchVault } from "../../watch/effects/index.ts";
import type { Context } from "../cli/command.ts";
import { comparisonText } from "../cli/vault/comparison-text.ts";
import { comparisonKey, differenceKey, live, type VaultDesk, type VaultNews } from "../console/index.ts";
import type { Pair, VaultRequest } from "../console/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { deedsOn, type Deeds } from "./deeds.ts";
import { hostFigures } from "./host.ts";
import { shownLines, storedOf } from "./harmless-news.ts";
import { configuredPlace, demoFolder, demoPlace } from "./place.ts";

const firstLookMs = 50;
const lookEveryMs = 5_000;

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
  let opened:
    | {
        readonly vault: Vault;
        readonly deeds: Deeds;
        readonly path: string;
        readonly nudge: () => void;
      }
    | undefined;
  let listing: ReturnType<typeof watchVault> | undefined;
  /** The vault as it was listed last, and as it was when it was measured. */
  let newest: Listed | undefined;
  let measured = "";
  let callOff: () => void = () => undefined;
  let isLooking = false;

  const trouble = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    const at = clock.now();
    dispatch({ kind: "trouble", at, trouble: { at, effect: "vault", code: "VAULT", message } });
  };

  const open = async (): Promise<void> => {
    const { access, vault } = await place.open();
    if (ending.signal.aborted) return;
    tell({ kind: "access", access });
    if (vault === undefined || access.kind !== "open") return;
    listing = watchVault(
      {
        list: async () => {
          const listed = await vault.list();
          newest = listed;
          tell({ kind: "listed", snapshots: listed.snapshots.map(storedOf) });
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

  const measure = async (): Promise<void> => {
    if (opened === undefined) return;
    const { vault, path } = opened;
    const at = clock.now();
    await Promise.all([
      hostFigures(path, at).then((figures) => {
        tell({ kind: "host", host: figures });
      }),
      addUp(vault, at),
    ]);
  };
  /** To add up a large vault keeps everybody waiting: it is done anew when it is another, or a minute has passed. */
  const addUp = async (vault: Vault, at: number): Promise<void> => {
    newest ??= await vault.list();
    const sign = signOf(newest, at);
    if (sign === measured) return;
    measured = sign;
    const retention = await place.retention();
    const plan = planCleanup(newest, rulesOf(retention), at);
    tell({
      kind: "figures",
      figures: {
        at,
        retention,
        stats: await vault.stats(),
        keep: plan.keep.length,
        remove: plan.remove.map(({ snapshot }) => snapshot.id),
        removeBytesAtMost: plan.storedBytesAtMost,
      },
    });
  };
  const again = (): void => {
    measure()
      .catch(trouble)
      .finally(() => {
        if (isLooking) callOff = clock.after(lookEveryMs, again);
      });
  };

  const theOpen = (): NonNullable<typeof opened> => {
    if (opened !== undefined) return opened;
    throw problemSaid(
      "VAULT_MISSING",
      { say: "vault-not-open" },
      { advice: { say: "vault-screen-says" }, exit: ExitCode.vault },
    );
  };
  const side = async (gateway: string, id: string) => {
    if (id !== live) return { id };
    const stateDir = fleet.gateways.find(({ name }) => name === gateway)?.stateDir;
    if (stateDir === undefined) {
      throw problemSaid(
        "STATE_ELSEWHERE",
        { say: "state-elsewhere", gateway },
        { advice: { say: "compare-two" } },
      );
    }
    return { live: await stateSource({ env: context.env, stateDir }) };
  };
  const compare = async (pair: Pair): Promise<void> => {
    const key = comparisonKey(pair);
    const { vault } = theOpen();
    try {
      const [a, b] = [await side(pair.gateway, pair.a), await side(pair.gateway, pair.b)];
      const comparison = await compareSnapshots(vault, a, b, ending.signal);
      const report = comparisonText(comparison, 0);
      tell({ kind: "compared", key, compared: { kind: "done", at: clock.now(), comparison, report } });
    } catch (error) {
      tell({ kind: "compared", key, compared: failed(error) });
    }
  };
  const difference = async (pair: Pair, path: string): Promise<void> => {
    const key = differenceKey(pair, path);
    try {
      const [a, b] = [await side(pair.gateway, pair.a), await side(pair.gateway, pair.b)];
      const { difference: found } = await compareFile(theOpen().vault, a, b, path);
      const lines =
        found.kind === "text"
          ? shownLines(found.lines)
          : [
              found.kind === "same"
                ? `${path} is the same on both sides.`
                : found.kind === "binary"
                  ? `${path} differs and is no text.`
                  : `${path} is too large to show (more than ${found.limitBytes} bytes).`,
            ];
      tell({ kind: "difference", key, difference: { kind: "done", lines } });
    } catch (error) {
      tell({ kind: "difference", key, difference: failed(error) });
    }
  };

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
        await compare(request);
        return nothingToTell;
      case "difference":
        await difference(request, request.path);
        return nothingToTell;
    }
  };

  let beginning = Promise.resolve();
  const stop = async (): Promise<void> => {
    isLooking = false;
    callOff();
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
    look: (looking) => {
      if (looking === isLooking) return;
      isLooking = looking;
      callOff();
      // After the frame that somebody waits for: what is measured takes a while.
      if (looking) callOff = clock.after(firstLookMs, again);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

/** Another one after each snapshot that came or went. */
const signOf = ({ snapshots }: Listed, at: number): string => {
  const newest = snapshots.reduce((last, { id }) => (id > last ? id : last), "");
  return `${Math.floor(at / 60_000)} ${snapshots.length} ${newest}`;
};

const failed = (error: unknown) => {
  const { text, said } = whyOf(error);
  return { kind: "failed", why: text, said } as const;
};

/** What is only looked at is shown, and needs no words besides. */
const nothingToTell: Told = { text: "" };
