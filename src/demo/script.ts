import type { ChannelName } from "./cast.ts";

/** The incident, step by step, in seconds of the story. Data only: `stage.ts` plays it. */
export type Step = { readonly atSeconds: number; readonly everySeconds?: number } & (
  | {
      readonly kind: "deploy";
      readonly gateway: string;
      readonly version: string;
      /** Nobody listens for so long, then it starts for so long. */
      readonly downMs: number;
      readonly bootMs: number;
    }
  | { readonly kind: "restart"; readonly gateway: string; readonly downMs: number; readonly bootMs: number }
  | { readonly kind: "hero-turn"; readonly gateway: string; readonly growTokens: number }
  | {
      readonly kind: "channel-refused";
      readonly gateway: string;
      readonly channel: ChannelName;
      readonly error: string;
    }
  | { readonly kind: "kill"; readonly gateway: string }
);

/**
 * A deploy brings a new version and a changed configuration: compaction is guarded more strictly, and the bot's token
 * was mistyped. Neither hurts at once. The context of one session grows over its reserve, compaction is refused, the
 * session is dead while its row says done; then the chat service refuses the token.
 */
export const incident: readonly Step[] = [
  { atSeconds: 5, kind: "hero-turn", gateway: "prod-eu", growTokens: 300 },
  { atSeconds: 12, kind: "deploy", gateway: "prod-eu", version: "2026.9.6", downMs: 1_500, bootMs: 3_000 },
  { atSeconds: 22, kind: "hero-turn", gateway: "prod-eu", growTokens: 2_214 },
  { atSeconds: 32, kind: "hero-turn", gateway: "prod-eu", growTokens: 4_141 },
  { atSeconds: 44, kind: "hero-turn", gateway: "prod-eu", growTokens: 4_142 },
  { atSeconds: 54, kind: "hero-turn", gateway: "prod-eu", growTokens: 150 },
  { atSeconds: 62, kind: "hero-turn", gateway: "prod-eu", growTokens: 150 },
  { atSeconds: 70, kind: "kill", gateway: "edge-1" },
  { atSeconds: 74, kind: "hero-turn", gateway: "prod-eu", growTokens: 150 },
  {
    atSeconds: 82,
    kind: "channel-refused",
    gateway: "prod-eu",
    channel: "telegram",
    error: "Unauthorized | Telegram ingress worker exited with code 1",
  },
  { atSeconds: 95, kind: "restart", gateway: "staging", downMs: 2_000, bootMs: 14_000 },
  { atSeconds: 105, everySeconds: 30, kind: "hero-turn", gateway: "prod-eu", growTokens: 150 },
];
