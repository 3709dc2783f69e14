import type { Sentence } from "../../../watch/index.ts";

/** One thing that was done from the console: what would do the same by hand, and how it went. */
export type AuditEntry = {
  readonly at: number;
  /** The exact command line. */
  readonly command: string;
  readonly gateway?: string;
  /** Absent while it runs. */
  readonly ended?: {
    readonly exit: number;
    readonly durationMs: number;
    readonly text: string;
    /** The same for readers of other languages; the file has the text. */
    readonly said?: Sentence | undefined;
  };
};

export const auditLimit = 500;
