import { App } from "./app.tsx";
import type { ConsoleModel } from "./state/model.ts";
import { mountConsole, type LiveSource, type MountedConsole, type MountOptions } from "./terminal/index.ts";

/** All that needs React and Ink, behind one door: it is loaded when the first picture is out. */
export const mountApp = (source: LiveSource<ConsoleModel>, options: MountOptions): MountedConsole =>
  mountConsole(<App source={source} />, options);
