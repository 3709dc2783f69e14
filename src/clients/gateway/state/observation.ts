import type { LinkEnd, LinkFailure } from "../failure.ts";

/** Everything that can be seen of one gateway from outside; `judge` says what it means. */
export type Observation =
  | { readonly kind: "attempt"; readonly attempt: number }
  | {
      readonly kind: "hello";
      readonly version: string;
      readonly bootId: string;
      readonly uptimeMs: number | undefined;
      readonly asked: readonly string[];
      readonly granted: readonly string[];
      readonly suspended: boolean;
    }
  | { readonly kind: "failure"; readonly failure: LinkFailure; readonly retryAt: number }
  | { readonly kind: "end"; readonly end: LinkEnd; readonly retryAt: number }
  /** `/startupz` answered: the process listens and is still starting. */
  | { readonly kind: "starting"; readonly uptimeMs: number | undefined; readonly pending: string | undefined }
  /** Nothing came for this long, though ticks should have, or an answer was due; or events came, and no answer. */
  | {
      readonly kind: "silence";
      readonly silentMs: number;
      readonly because: "no tick" | "no answer" | "only events";
    }
  /** It answered what it was asked after it had refused to, or had not. */
  | { readonly kind: "answers" }
  /** A phase of suspension was announced, or a question refused because of one. */
  | { readonly kind: "suspension"; readonly active: boolean; readonly phase: string }
  /** Clawback itself asks for a suspension that lasts until then, or (undefined) has ended it. */
  | { readonly kind: "our-suspension"; readonly until: number | undefined }
  /** It says that it is about to stop, and still has work or connections to finish. */
  | {
      readonly kind: "goodbye";
      readonly reason: string;
      readonly restartExpectedMs: number | undefined;
      /** It only refuses questions so far, and may think better of it. */
      readonly draining?: true;
    }
  /** Time passed: what was true for a while may have ended. */
  | { readonly kind: "time" };
