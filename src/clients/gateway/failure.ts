import type { Problem } from "../../ground/index.ts";
import type { WireError } from "../wire/frame.ts";

/** Why there is no connection: what was observed, not yet what it means (see state/). */
export type LinkFailure =
  /** Nobody listens on the port. */
  | { readonly kind: "refused" }
  /** No way there: name, route, or no answer to the TCP handshake. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** TCP was accepted and nobody spoke. */
  | { readonly kind: "mute"; readonly waitedMs: number; readonly waitedFor: string }
  /** The upgrade was answered with plain HTTP. */
  | { readonly kind: "http-status"; readonly status: number }
  /** The certificate is not one we trust. */
  | { readonly kind: "untrusted"; readonly reason: string; readonly problem?: Problem | undefined }
  /** The gateway heard us and said no. */
  | { readonly kind: "rejected"; readonly error: WireError }
  /** It hung up before hello-ok. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** It speaks, and not what we understand. */
  | { readonly kind: "foreign"; readonly reason: string }
  /** We did not go: no secret to show, or none we would show on this line. */
  | { readonly kind: "withheld"; readonly problem: Problem };

/** How an established connection ended. */
export type LinkEnd = {
  readonly code: number;
  readonly reason: string;
  /** The gateway said goodbye first. */
  readonly goodbye: { readonly reason: string; readonly restartExpectedMs: number | undefined } | undefined;
};
