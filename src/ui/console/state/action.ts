/** What a key, a command or the palette asks of the console. Plain data, so that a journey can be written down. */
export type Action =
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "move-to"; readonly end: "first" | "last" }
  | { readonly kind: "page"; readonly by: -1 | 1; readonly half: boolean }
  | { readonly kind: "open-help" }
  | { readonly kind: "go-back" }
  | { readonly kind: "start-filter" }
  | { readonly kind: "start-palette" }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "erase"; readonly what: "letter" | "word" | "line" }
  | { readonly kind: "choose"; readonly by: number }
  | { readonly kind: "accept" }
  | { readonly kind: "cancel" }
  | { readonly kind: "repaint" }
  /** Why a key did nothing, or what was done: shown for a moment. */
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "quit" }
  | { readonly kind: "ask-quit" };
