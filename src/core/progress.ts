import type { Clock } from "../ground/index.ts";

/** Every operation that lasts reports like this: the screen and `--json` are two printers of the same events. */
export type Progress = {
  readonly phase: Phase;
  readonly unit: "bytes" | "files" | "objects";
  readonly done: number;
  /** Absent while it is being found out. */
  readonly total?: number;
  /** Units a second, over the phase. */
  readonly rate?: number;
  readonly etaMs?: number;
};

export type Phase =
  | "scan"
  | "databases"
  | "read"
  | "commit"
  | "index"
  | "verify"
  | "restore"
  | "check"
  | "collect"
  | "export"
  | "import";

export type OnProgress = (progress: Progress) => void;

/** At most this often: a report costs the receiver more than it costs us. */
const intervalMs = 100;

export class Meter {
  readonly #clock: Clock;
  readonly #report: OnProgress;
  readonly #phase: Phase;
  readonly #unit: Progress["unit"];
  readonly #total: number | undefined;
  readonly #startedAt: number;
  #reportedAt = -Infinity;
  #done = 0;

  constructor(
    clock: Clock,
    report: OnProgress | undefined,
    phase: Phase,
    unit: Progress["unit"],
    total?: number,
  ) {
    this.#clock = clock;
    this.#report = report ?? (() => undefined);
    this.#phase = phase;
    this.#unit = unit;
    this.#total = total;
    this.#startedAt = clock.steady();
  }

  advance(by: number): void {
    this.#done += by;
    if (this.#clock.steady() - this.#reportedAt >= intervalMs) this.#tell();
  }

  end(): void {
    this.#tell();
  }

  #tell(): void {
    this.#reportedAt = this.#clock.steady();
    const tookMs = this.#reportedAt - this.#startedAt;
    const rate = tookMs > 0 ? (this.#done * 1000) / tookMs : undefined;
    const left = this.#total === undefined ? undefined : this.#total - this.#done;
    this.#report({
      phase: this.#phase,
      unit: this.#unit,
      done: this.#done,
      ...(this.#total === undefined ? {} : { total: this.#total }),
      ...(rate === undefined ? {} : { rate }),
      ...(left === undefined || rate === undefined || rate === 0
        ? {}
        : { etaMs: Math.max(0, (left * 1000) / rate) }),
    });
  }
}
