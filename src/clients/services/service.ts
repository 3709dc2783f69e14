import type { ServiceAdvice } from "../sentences/index.ts";

export type ServiceStatus = {
  readonly state: "running" | "starting" | "stopping" | "stopped" | "failed" | "unknown";
  readonly pid?: number;
  /** Whoever runs it starts it again when it ends by itself. */
  readonly restarts?: boolean;
  /** How often it ended by itself and was started again, since somebody last asked for it. */
  readonly deaths?: number;
  /** It is its supervisor's own process: once that was asked to stop it, it comes again only when somebody asks. */
  readonly staysStopped?: true;
  /** After this the supervisor kills on its own. */
  readonly supervisorKillsAfterMs?: number;
  /** What was seen, each a sentence for a person. */
  readonly evidence: readonly string[];
};

export type ServiceEvent =
  /** The supervisor was asked; `argv` is the exact command, when there was one. */
  | { readonly kind: "asked"; readonly words: string; readonly argv?: readonly string[] }
  | {
      readonly kind: "waiting";
      readonly for: "stop" | "start";
      readonly elapsedMs: number;
      readonly budgetMs: number;
      readonly status: ServiceStatus;
      /** Of a stop: whether the wait can be cut short. */
      readonly killable?: boolean;
    }
  | { readonly kind: "killing"; readonly words: string };

export type ServiceResult = {
  readonly outcome:
    | "done"
    /** It was so already; nothing was asked. */
    | "already"
    /** It did not drain within the budget, or was not waited for, and was killed as told. */
    | "killed"
    /** The budget is over and it has not ended (or begun). Nothing was killed. */
    | "timed-out"
    /** It ended, and somebody started it again. */
    | "respawned"
    /** Nothing was done, because it would be wrong or cannot work. */
    | "refused"
    | "failed";
  readonly tookMs: number;
  readonly evidence: readonly string[];
  /** What a person can do next; absent when it went well. */
  readonly advice?: ServiceAdvice;
};

export type StopOptions = {
  /** Leaves the watching (the promise rejects); an order that was given stands. */
  readonly signal: AbortSignal;
  /** OpenClaw drains active work for up to 315 s; its own stop policy is 330 s. */
  readonly drainBudgetMs?: number;
  /** What to do when the budget is over: never before. */
  readonly whenOver?: "leave" | "kill";
  /** A person does not want to wait any longer: it is killed now, whatever is left of the budget. */
  readonly cutShort?: AbortSignal | undefined;
  /** How long to look whether somebody starts it again, where that may be. */
  readonly settleMs?: number;
  readonly onEvent?: (event: ServiceEvent) => void;
};

export type StartOptions = {
  readonly signal: AbortSignal;
  /** Until the process runs. Whether it is ready is for the probes to say. */
  readonly withinMs?: number;
  readonly onEvent?: (event: ServiceEvent) => void;
};

export type Service = {
  /** Who is asked, in words: `systemd user unit openclaw-gateway.service`. */
  readonly words: string;
  readonly status: (signal: AbortSignal) => Promise<ServiceStatus>;
  readonly stop: (options: StopOptions) => Promise<ServiceResult>;
  readonly start: (options: StartOptions) => Promise<ServiceResult>;
  /** Stop, and start only when it has ended. */
  readonly restart: (options: StopOptions & StartOptions) => Promise<ServiceResult>;
};

/** What one kind of supervisor must be able to do; the waiting is the same for all of them (drive.ts). */
export type Supervisor = {
  readonly words: string;
  readonly status: (signal: AbortSignal) => Promise<ServiceStatus>;
  readonly stop: Request;
  readonly start: Request;
  /** Ends it at once. Absent: only the process that holds the state directory can be killed. */
  readonly kill?: (signal: AbortSignal) => Promise<Answer>;
};

export type Request = {
  readonly argv?: readonly string[];
  /** Resolves when the supervisor has taken the order, or (for a command that waits itself) when it is done. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
};

export type Answer =
  | { readonly kind: "taken" }
  | { readonly kind: "refused" | "failed"; readonly why: string; readonly advice: ServiceAdvice };
