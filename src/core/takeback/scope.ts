/**
 * What of a snapshot is taken back. `hot` is for what a running gateway may be given under its hands: single files it
 * watches and reads again, the configuration.
 */
export type TakebackScope = {
  /** `everything`, or what was chosen, for the journal and the screen. */
  readonly words: string;
  readonly extent:
    | { readonly kind: "whole" }
    | {
        readonly kind: "part";
        /** By path in the snapshot. */
        readonly includes: (path: string) => boolean;
        readonly hot: boolean;
      };
};

export const everything: TakebackScope = { words: "everything", extent: { kind: "whole" } };
