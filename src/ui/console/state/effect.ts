import type { Event } from "../../../watch/index.ts";
import type { AuditEntry } from "./audit.ts";
import type { TakebackRequest } from "./takeback.ts";
import type { VaultRequest } from "./vault.ts";

/** What a person can do to what is known: anything but speak for a gateway. */
export type PersonEvent = Exclude<Event, { readonly kind: "gateway" }>;

/** What the console asks of the world, as data. effects/ does it and answers with actions. */
export type ConsoleEffect =
  | { readonly kind: "tell"; readonly event: PersonEvent }
  | { readonly kind: "copy"; readonly text: string }
  | {
      readonly kind: "show-text";
      readonly program: "pager" | "editor";
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: "write-report";
      readonly name: string;
      readonly text: string;
      readonly command: string;
    }
  | { readonly kind: "vault"; readonly request: VaultRequest; readonly command: string }
  | { readonly kind: "takeback"; readonly request: TakebackRequest; readonly command: string }
  | { readonly kind: "record"; readonly entry: AuditEntry }
  | { readonly kind: "point"; readonly on: boolean }
  | { readonly kind: "repaint" };
