import type { Progress } from "../../core/index.ts";
import type { Sentence } from "../sentences/index.ts";

export const restoreSteps = [
  "recover",
  "safety-snapshot",
  "stage",
  "stop",
  "swap",
  "start",
  "ready",
  "verify",
  "put-back",
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** One thing that happens in a restore, as it happens. */
export type RestoreEvent = {
  readonly step: RestoreStep;
  readonly state: "begun" | "going-on" | "done" | "skipped" | "failed";
  readonly detail: string;
  /** The same for readers of other languages; absent in what only a journal tells. */
  readonly said?: Sentence | undefined;
  readonly at: number;
  /** How to leave from here, and what happens then. */
  readonly wayOut?: string;
  /** How far what lasts has come. */
  readonly progress?: Progress;
  /** Of a gateway that was asked to stop and finishes its work first. */
  readonly drain?: {
    readonly elapsedMs: number;
    readonly budgetMs: number;
    /** Its service can end it before it has finished. */
    readonly killable: boolean;
  };
};
