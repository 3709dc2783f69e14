import type { Listed, Vault } from "../../core/index.ts";
import type { Clock } from "../../ground/index.ts";
import { nextToGo, planCleanup, rulesOf } from "../../keeping/index.ts";
import type { VaultNews } from "../console/index.ts";
import { hostFigures } from "./host.ts";
import type { VaultPlace } from "./place.ts";

const firstLookMs = 50;
const lookEveryMs = 5_000;

export type FigurePorts = {
  readonly clock: Clock;
  readonly retention: VaultPlace["retention"];
  /** Undefined until there is one. */
  readonly opened: () => { readonly vault: Vault; readonly path: string } | undefined;
  /** As it was listed last. */
  readonly listed: (vault: Vault) => Promise<Listed>;
  readonly tell: (news: VaultNews) => void;
  readonly onTrouble: (error: unknown) => void;
};

/** Measures the vault and its host again and again, while somebody looks at the figures. */
export const figuresWith = (ports: FigurePorts): { readonly look: (looking: boolean) => void } => {
  const { clock, tell } = ports;
  let isLooking = false;
  let callOff: () => void = () => undefined;
  /** The vault as it was when it was measured. */
  let measured = "";

  /** To add up a large vault keeps everybody waiting: it is done anew when it is another, or a minute has passed. */
  const addUp = async (vault: Vault, at: number): Promise<void> => {
    const listed = await ports.listed(vault);
    const sign = signOf(listed, at);
    if (sign === measured) return;
    measured = sign;
    const retention = await ports.retention();
    const rules = rulesOf(retention);
    const plan = planCleanup(listed, rules, at);
    tell({
      kind: "figures",
      figures: {
        at,
        retention,
        stats: await vault.stats(),
        keep: plan.keep.length,
        next: nextToGo(listed, rules, at),
        remove: plan.remove.map(({ snapshot }) => snapshot.id),
        removeBytesAtMost: plan.storedBytesAtMost,
      },
    });
  };
  const measureHost = async (path: string, at: number): Promise<void> => {
    tell({ kind: "host", host: await hostFigures(path, at) });
  };
  const measure = async (): Promise<void> => {
    const opened = ports.opened();
    if (opened === undefined) return;
    const at = clock.now();
    await Promise.all([measureHost(opened.path, at), addUp(opened.vault, at)]);
  };
  const again = (): void => {
    measure()
      .catch(ports.onTrouble)
      .finally(() => {
        if (isLooking) callOff = clock.after(lookEveryMs, again);
      });
  };
  return {
    look: (looking) => {
      if (looking === isLooking) return;
      isLooking = looking;
      callOff();
      // After the frame that somebody waits for: what is measured takes a while.
      if (looking) callOff = clock.after(firstLookMs, again);
    },
  };
};

/** Another one after each snapshot that came or went. */
const signOf = ({ snapshots }: Listed, at: number): string => {
  const newest = snapshots.reduce((last, { id }) => (id > last ? id : last), "");
  return `${Math.floor(at / 60_000)} ${snapshots.length} ${newest}`;
};
