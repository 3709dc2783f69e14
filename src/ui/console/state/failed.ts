import { whyOf, type Sentence } from "../../../watch/index.ts";

/** What was asked for failed, and why. */
export type Failed = {
  readonly kind: "failed";
  readonly why: string;
  readonly said?: Sentence | undefined;
};

export const failedBy = (error: unknown): Failed => {
  const { text, said } = whyOf(error);
  return { kind: "failed", why: text, said };
};
