/** What a save and its capturing process say to each other. */
export type CaptureQuestion =
  | { readonly kind: "hold"; readonly databases: readonly string[] }
  | { readonly kind: "confirm" }
  | { readonly kind: "release" };

export type CaptureAnswer =
  | { readonly kind: "held"; readonly marks: readonly DatabaseMark[] }
  /** Per database: whether what was marked still stands. */
  | { readonly kind: "confirmed"; readonly standing: readonly boolean[] };

export type DatabaseMark =
  /** A read transaction is open: of the log, only this much belongs to it. */
  | {
      readonly kind: "wal";
      readonly pageBytes: number;
      readonly walBytes: number;
      /** Hex, as in the log's header. */
      readonly salt: string;
      readonly checksum: readonly [number, number];
    }
  /** A shared lock keeps writers out. */
  | { readonly kind: "locked"; readonly pageBytes: number }
  /** Nobody has it open: the file alone is the database. */
  | { readonly kind: "closed"; readonly pageBytes: number }
  | { readonly kind: "failed"; readonly reason: string };
