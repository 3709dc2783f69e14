import type { Model, Sentence } from "../../../watch/index.ts";
import type { AuditEntry } from "./audit.ts";
import type { Dialog } from "./dialog.ts";
import type { PersonEvent } from "./effect.ts";
import type { PerfFacts } from "./perf.ts";
import type { Place } from "./place.ts";
import type { TakebackNews, TakebackRequest } from "./takeback.ts";
import type { VaultNews, VaultRequest } from "./vault.ts";

/** What a key, a command, the palette or an effect asks of the console. Plain data: a journey can be written down. */
export type Action =
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  /** The world has moved on. */
  | { readonly kind: "news"; readonly watch: Model }
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "move-to"; readonly end: "first" | "last" }
  | { readonly kind: "page"; readonly by: -1 | 1; readonly half: boolean }
  | { readonly kind: "sideways"; readonly by: number }
  | { readonly kind: "focus"; readonly by: -1 | 1 }
  | { readonly kind: "sort"; readonly change: "next" | "reverse" }
  | { readonly kind: "follow" }
  /** One step deeper; Esc comes back. */
  | { readonly kind: "open"; readonly place: Place }
  /** To another screen, whatever the way here was. */
  | { readonly kind: "jump"; readonly place: Place }
  /** Another part of the same place. */
  | { readonly kind: "turn"; readonly place: Place }
  | { readonly kind: "go-back" }
  /** What is selected in the focused pane: where it leads, its text for the clipboard, all of it in a program. */
  | { readonly kind: "open-here" }
  | { readonly kind: "copy-here" }
  | { readonly kind: "show-here"; readonly program: "pager" | "editor" }
  | { readonly kind: "scrub"; readonly to: number | undefined }
  /** A pointer: what is under it is chosen, opened or moved. */
  | { readonly kind: "click"; readonly column: number; readonly row: number }
  | { readonly kind: "wheel"; readonly by: -1 | 1; readonly column: number; readonly row: number }
  | { readonly kind: "toggle-mouse" }
  | { readonly kind: "start-filter" }
  | { readonly kind: "start-find" }
  /** To the next row with the words looked for, or that is an error; "first": from where one reads on. */
  | { readonly kind: "find"; readonly what: "words" | "error"; readonly by: -1 | 1 | "first" }
  | { readonly kind: "start-palette" }
  | { readonly kind: "start-note"; readonly incident: string }
  | { readonly kind: "start-save"; readonly gateway: string }
  | { readonly kind: "start-export"; readonly gateway: string; readonly ids: readonly string[] }
  /** One of two snapshots to compare, or not after all. */
  | { readonly kind: "mark"; readonly snapshot: string }
  /** Something of the vault: asked for, or heard. */
  | { readonly kind: "ask-vault"; readonly request: VaultRequest }
  | { readonly kind: "vault-news"; readonly news: VaultNews }
  /** Something to take back: asked for, or heard. */
  | { readonly kind: "ask-takeback"; readonly request: TakebackRequest }
  | { readonly kind: "takeback-news"; readonly news: TakebackNews }
  /** What of a snapshot is meant, to be typed. */
  | { readonly kind: "start-scope"; readonly scope: string }
  /** The restore that ended here is no longer shown: a new plan is. */
  | { readonly kind: "plan-again" }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "erase"; readonly what: "letter" | "word" | "line" }
  | { readonly kind: "choose"; readonly by: number }
  | { readonly kind: "accept" }
  | { readonly kind: "cancel" }
  | { readonly kind: "ask"; readonly dialog: Omit<Dialog, "typed"> }
  /** The open decision is taken. */
  | { readonly kind: "confirm" }
  | { readonly kind: "repaint" }
  /** What came of something: shown for a moment. */
  | { readonly kind: "say"; readonly text: string; readonly said?: Sentence | undefined }
  /** Why a key does nothing here: shown for a moment, and here only. */
  | { readonly kind: "refuse"; readonly why: string }
  /** Something for the watch; with its command line it goes into the audit log. */
  | {
      readonly kind: "tell";
      readonly event: PersonEvent;
      /** Absent where nothing but the console does this. */
      readonly command: string | undefined;
      readonly said: string;
    }
  | { readonly kind: "copy"; readonly text: string; readonly what: string }
  | {
      readonly kind: "show-text";
      readonly program: "pager" | "editor";
      readonly name: string;
      readonly text: string;
    }
  | { readonly kind: "write-report"; readonly name: string; readonly text: string; readonly command: string }
  /** What an effect did. */
  | { readonly kind: "done"; readonly entry: AuditEntry }
  | { readonly kind: "measured"; readonly perf: PerfFacts }
  /** Leaves; asks first while something is being done. */
  | { readonly kind: "quit" }
  /** Leaves, whatever is being done. */
  | { readonly kind: "leave" }
  | { readonly kind: "ask-quit" };
