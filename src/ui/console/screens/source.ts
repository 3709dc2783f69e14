import type { ConsoleModel } from "../state/model.ts";
import type { LiveSource } from "../terminal/index.ts";

/** Where every pane of the console reads from: the one current model. */
export type ConsoleSource = LiveSource<ConsoleModel>;
