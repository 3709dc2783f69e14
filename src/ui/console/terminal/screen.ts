import type { Clock } from "../../../ground/index.ts";
import { Glyphs } from "./glyphs.ts";
import { Link, type TerminalOutput } from "./link.ts";
import { Painter } from "./paint.ts";
import type { Rectangle, Size } from "./rectangle.ts";
import { type Misfit, Stage } from "./stage.ts";
import { Styles } from "./styles.ts";

const beginSynchronized = "\u001b[?2026h";
const endSynchronized = "\u001b[?2026l";

export type ScreenStats = {
  readonly bytesWritten: number;
  readonly frames: number;
  /** Changes that never became a frame of their own because the link was busy. */
  readonly dropped: number;
  readonly backlogged: boolean;
  /** The pace the link can take; who publishes updates should not be faster. */
  readonly pace: Pace;
  readonly misfits: number;
};

/** Whole, halved to 2 Hz, or down to one frame in two seconds. */
export type Pace = "live" | "slow" | "stalled";

export type ScreenOptions = {
  readonly output: TerminalOutput;
  readonly clock: Clock;
  readonly size: Size;
  readonly synchronized: boolean;
  /** Runs `flush` soon, after everything that is changing at this moment has changed. */
  readonly soon: (flush: () => void) => void;
  readonly onMisfit: (misfit: Misfit) => void;
};

/** How long after a resize frames of the wrong size are put up with. */
const settleMs = 150;

/** A link silent for longer than this has stopped, as far as a person can tell. */
const stalledMs = 1_000;

/**
 * The writer: frames and regions in, as few bytes as possible out. Everything that changes within one turn of the
 * event loop becomes one frame; everything that changes while a frame is on its way becomes the next one.
 */
export class Screen {
  readonly stage: Stage;
  readonly link: Link;
  readonly #options: ScreenOptions;
  readonly #painter: Painter;
  #lines: readonly string[] = [];
  #frames = 0;
  #dropped = 0;
  #misfits = 0;
  #isDue = false;
  #isScheduled = false;
  #isHeld = true;
  #isSettling = false;
  #cancelSettling: () => void = () => undefined;
  #aside = "";

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.link = new Link(options.output, options.clock);
    this.link.whenFree(() => {
      if (this.#isDue) this.#schedule();
    });
    const inks = { glyphs: new Glyphs(), styles: new Styles() };
    this.#painter = new Painter(inks);
    this.stage = new Stage(options.size, inks, (misfit) => {
      this.#misfits += 1;
      options.onMisfit(misfit);
    });
  }

  get stats(): ScreenStats {
    const { link } = this;
    return {
      bytesWritten: link.bytesWritten,
      frames: this.#frames,
      dropped: this.#dropped,
      backlogged: link.isBusy,
      pace: !link.isSlow ? "live" : link.delayMs > stalledMs ? "stalled" : "slow",
      misfits: this.#misfits,
    };
  }

  /** A whole frame, the layer at the back. */
  setFrame(lines: readonly string[]): void {
    this.#lines = lines;
    this.stage.setFrame(lines);
    if (!this.#isSettling) this.stage.judge(lines);
    this.request();
  }

  setRegion(id: string, place: Rectangle, paint: () => readonly string[], isInFront = false): void {
    this.stage.place(id, place, paint, isInFront);
    this.request();
  }

  touchRegion(id: string): void {
    this.stage.touch(id);
    this.request();
  }

  removeRegion(id: string): void {
    this.stage.remove(id);
    this.request();
  }

  setCover(id: string, place: Rectangle | undefined): void {
    if (place === undefined) this.stage.uncover(id);
    else this.stage.cover(id, place);
    this.request();
  }

  resize(size: Size): void {
    this.stage.resize(size);
    this.#lines = [];
    this.#painter.forget();
    this.#settle();
    this.request();
  }

  /**
   * Between the terminal's new size and the tree's, Ink draws frames of the old one, some of them from timers. What is
   * there when that is over is judged.
   */
  #settle(): void {
    this.#isSettling = true;
    this.#cancelSettling();
    this.#cancelSettling = this.#options.clock.after(settleMs, () => {
      this.#isSettling = false;
      this.stage.judge(this.#lines);
    });
  }

  /** Paints everything anew: ctrl-L, and whenever somebody else has had the terminal. */
  repaint(): void {
    this.#painter.forget();
    this.request();
  }

  /** Something for the terminal that draws nothing, such as a text for its clipboard: goes out before the next frame. */
  aside(sequence: string): void {
    this.#aside += sequence;
    this.request();
  }

  /** While held, nothing is written: the terminal is somebody else's, or its size is in doubt. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.request();
  }

  request(): void {
    if (this.link.isBusy && this.#isDue) this.#dropped += 1;
    this.#isDue = true;
    if (!this.link.isBusy) this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isHeld) return;
    this.#isScheduled = true;
    this.#options.soon(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Writes what is due now, unless the link is busy or the screen is held. */
  flush(): void {
    if (!this.#isDue || this.#isHeld || this.link.isBusy) return;
    this.#isDue = false;
    const { glyphs, styles } = this.stage.inks;
    if (glyphs.isFull || styles.isFull) {
      this.stage.restart(this.#lines);
      this.#painter.forget();
    }
    const changes = this.#painter.changes(this.stage.compose());
    const aside = this.#aside;
    if (changes === "" && aside === "") return;
    this.#aside = "";
    if (changes !== "") this.#frames += 1;
    const isMarked = this.#options.synchronized && changes !== "";
    this.link.send(aside + (isMarked ? beginSynchronized + changes + endSynchronized : changes));
  }
}
