/** The words of alerts. What they do over time is in life.ts, what makes them in rules/. */
import { english, type Sentence } from "../sentences/index.ts";

export const priorities = ["P0", "P1", "P2", "P3"] as const;
/** How urgent: P0 wakes people, P3 can wait for the morning. */
export type Priority = (typeof priorities)[number];

export const severities = ["critical", "warning", "info"] as const;
/** How bad. */
export type Severity = (typeof severities)[number];

export type Acknowledgement = { readonly at: number; readonly by: string; readonly note?: string };

/** When the trouble began, as the numbers tell it: earlier than the alert. */
export type Onset = {
  readonly at: number;
  readonly reason: string;
  readonly said?: Sentence | undefined;
};

export const onset = (at: number, because: Sentence): Onset => ({
  at,
  reason: english(because),
  said: because,
});

export type Alert = {
  /** Short, and the same in every process for the same rule, gateway and subject. */
  readonly id: string;
  readonly rule: string;
  /** A gateway's name, or `theVault`. */
  readonly gateway: string;
  /** The session, channel, provider … it is about, where a rule can fire for several. */
  readonly subject?: string;
  readonly severity: Severity;
  readonly priority: Priority;
  /** `acknowledged` is firing, and a person has said that they know. */
  readonly state: "pending" | "firing" | "acknowledged" | "resolved";
  /** When the condition began to hold without a break. */
  readonly since: number;
  readonly firedAt?: number;
  readonly resolvedAt?: number;
  readonly acknowledged?: Acknowledgement;
  /** Numbers and times in words: why it fires. Never empty. */
  readonly evidence: string;
  /** The same for readers of other languages; absent in what an older clawback wrote down. */
  readonly said?: Sentence | undefined;
  readonly evidenceAt: number;
  /** How many distinct observations have held so far; a single one is not believed where a rule asks for more. */
  readonly samples: number;
  /** A command that exists. */
  readonly next: string;
  readonly onset?: Onset;
  readonly value?: number;
  readonly threshold?: number;
  /** Since when the condition no longer holds, while the alert waits to be sure. */
  readonly clearSince?: number;
  /** Recent moments it fired: for damping. At most 8. */
  readonly fires: readonly number[];
  /** It goes on and off: held until it stays quiet. */
  readonly flapping: boolean;
  /** Set while a silence covers it: it lives on and makes no noise. */
  readonly silencedUntil?: number;
};

/** Alerts about the vault rather than one gateway. A gateway's name never holds a colon. */
export const theVault = "vault:";

export const isFiring = (alert: Alert): boolean => alert.state === "firing" || alert.state === "acknowledged";

/** Most urgent first, then worst. What is equal in both keeps its order. */
export const byUrgency = (
  a: Pick<Alert, "priority" | "severity">,
  b: Pick<Alert, "priority" | "severity">,
): number =>
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity);

/** FNV-1a over the three names, in five letters a person can type: good enough for some thousand alerts. */
export const alertId = (rule: string, gateway: string, subject: string | undefined): string => {
  let hash = 0x811c9dc5;
  for (const character of `${rule}\n${gateway}\n${subject ?? ""}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return `a${hash.toString(36).padStart(7, "0").slice(-6)}`;
};
