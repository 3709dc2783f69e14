/** What reads a state directory: taking a snapshot of it, and looking at it as a comparison does. */
export { factsBesideLive } from "./live-facts.ts";
export { save } from "./save.ts";
