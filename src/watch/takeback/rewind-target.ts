import { english, type Sentence } from "../sentences/index.ts";

/** A tip of a session's tree of entries, as the gateway lists them. */
export type BranchTip = {
  readonly leaf: string;
  readonly messages: number | undefined;
  readonly active: boolean;
};

/** An entry on the active path: who spoke, and no word of what was said. */
export type PathEntry = { readonly id: string; readonly role: string };

export type Way =
  | { readonly kind: "there-already"; readonly active: BranchTip }
  /** The old end is the tip of a branch that lies aside. */
  | {
      readonly kind: "switch";
      readonly to: string;
      readonly from: BranchTip;
      readonly aside: number | undefined;
    }
  /** The active path is cut just before this entry of the user. */
  | { readonly kind: "rewind"; readonly before: string; readonly from: BranchTip; readonly aside: number }
  | { readonly kind: "no-way"; readonly why: string; readonly said: Sentence };

/**
 * How a session comes back to where it ended then. The gateway cuts before an entry of the user, so the way leads to the
 * first of those after the old end; it switches between tips only.
 */
export const wayBackTo = (leaf: string, tips: readonly BranchTip[], path: readonly PathEntry[]): Way => {
  const active = tips.find((tip) => tip.active);
  if (active === undefined) return noWay({ say: "no-active-branch" });
  if (active.leaf === leaf) return { kind: "there-already", active };
  const tip = tips.find((each) => each.leaf === leaf);
  if (tip !== undefined) return { kind: "switch", to: leaf, from: active, aside: asideOf(active, tip) };
  const at = path.findIndex(({ id }) => id === leaf);
  if (at === -1) {
    return noWay({ say: "history-cut" });
  }
  const next = path.slice(at + 1).find(({ role }) => role === "user");
  return next === undefined
    ? noWay({ say: "nobody-wrote-since" })
    : { kind: "rewind", before: next.id, from: active, aside: path.length - at - 1 };
};

const noWay = (said: Sentence): Way => ({ kind: "no-way", why: english(said), said });

const asideOf = (active: BranchTip, tip: BranchTip): number | undefined =>
  active.messages === undefined || tip.messages === undefined
    ? undefined
    : Math.max(0, active.messages - tip.messages);
