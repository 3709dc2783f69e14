import { errnoOf } from "../../ground/index.ts";
import type { Files } from "../system/files.ts";
import { borrowPiece, pieceBytes, returnPiece } from "../system/page-memory.ts";

/** A disk that is asked at the end alone lets everybody wait who could have gone on. */
const hurryBytes = 8 * 1024 * 1024;

/** Pieces that may be on their way while the next one fills. */
const mostOnTheirWay = 4;

/**
 * Writes a file from its beginning to its end. What is larger than a piece goes to the disk piece by piece, past the
 * memory in which the system keeps files, where there is such a way: a save of gigabytes would otherwise pay for every
 * page of that memory, and drive out of it what others on the machine need. A few pieces are on their way while the next
 * one fills; a disk that is slower than that lets the writer wait.
 */
export class PieceWriter {
  readonly #files: Files;
  readonly #path: string;
  readonly #file: number;
  /** The other way in: opened for the first full piece, undefined where there is none. */
  #past: number | undefined;
  #mayGoPast = true;
  #piece: Buffer | undefined;
  #filled = 0;
  /** How much is written, or on its way. */
  #position = 0;
  readonly #onTheirWay = new Set<Promise<void>>();
  #broken: { readonly cause: unknown } | undefined;
  #unhurried = 0;
  #isOpen = true;

  /** `file` is open for writing and stands at `path`; it is closed with this. */
  constructor(files: Files, path: string, file: number) {
    this.#files = files;
    this.#path = path;
    this.#file = file;
  }

  /** The bytes are copied. Throws what failed on its way before. */
  write(bytes: Uint8Array): void {
    this.#refuseBroken();
    for (let taken = 0; taken < bytes.length;) {
      const piece = (this.#piece ??= borrowPiece());
      const length = Math.min(bytes.length - taken, pieceBytes - this.#filled);
      piece.set(bytes.subarray(taken, taken + length), this.#filled);
      taken += length;
      this.#filled += length;
      if (this.#filled === pieceBytes) this.#send(piece);
    }
  }

  /** Brings all of it to where a loss of power leaves it. One that failed is never tried again: pages may be gone. */
  async sync(): Promise<void> {
    await Promise.all(this.#onTheirWay);
    this.#refuseBroken();
    if (this.#piece !== undefined && this.#filled > 0)
      this.#files.writeAt(this.#file, this.#piece.subarray(0, this.#filled), this.#position);
    await this.#files.syncBeside(this.#file);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#piece !== undefined) returnPiece(this.#piece);
    this.#files.close(this.#file);
    const past = this.#past;
    if (past === undefined) return;
    if (this.#onTheirWay.size === 0) this.#files.close(past);
    // Its number must not be given to another file while the system still writes to it. That is given up: however the
    // closing goes, nobody needs it.
    else
      void Promise.all(this.#onTheirWay)
        .then(() => {
          this.#files.close(past);
        })
        .catch(() => undefined);
  }

  #refuseBroken(): void {
    if (this.#broken !== undefined) throw this.#broken.cause;
  }

  #send(full: Buffer): void {
    const place = this.#position;
    this.#position += full.length;
    this.#filled = 0;
    if (this.#mayGoPast) this.#past ??= this.#files.openPast(this.#path);
    this.#mayGoPast &&= this.#past !== undefined;
    if (!this.#mayGoPast || this.#past === undefined) this.#files.writeAt(this.#file, full, place);
    else if (this.#onTheirWay.size >= mostOnTheirWay) this.#writePast(this.#past, full, place);
    else {
      this.#piece = undefined;
      this.#sendPast(this.#past, full, place);
    }
    this.#unhurried += full.length;
    if (this.#unhurried < hurryBytes) return;
    this.#unhurried = 0;
    this.#files.hurry(this.#path);
  }

  #sendPast(past: number, full: Buffer, place: number): void {
    const way = this.#files
      .writeBeside(past, full, place)
      .catch((error: unknown) => {
        this.#refused(error, full, place);
      })
      .catch((error: unknown) => {
        this.#broken ??= { cause: error };
      })
      .then(() => {
        this.#onTheirWay.delete(way);
        returnPiece(full);
      });
    this.#onTheirWay.add(way);
  }

  #writePast(past: number, full: Buffer, place: number): void {
    try {
      this.#files.writeAt(past, full, place);
    } catch (error) {
      this.#refused(error, full, place);
    }
  }

  /** Some file systems let a file be opened for it and refuse the writing. */
  #refused(error: unknown, full: Buffer, place: number): void {
    if (errnoOf(error) !== "EINVAL" || !this.#isOpen) throw error;
    this.#mayGoPast = false;
    this.#files.writeAt(this.#file, full, place);
  }
}
