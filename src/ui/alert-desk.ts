import { userInfo } from "node:os";
import { openAlertDesk, type AlertDesk } from "../watch/effects/index.ts";
import type { Context } from "./cli/command.ts";
import { openSharedHistory } from "./history.ts";

/** What commands do to alerts and marks, in the name of the person behind sudo rather than root. */
export const openAlertDeskFor = async (context: Context): Promise<AlertDesk & Disposable> => {
  const { clock, env } = context;
  const { alerts: settings } = await context.config();
  const by = env["SUDO_USER"] ?? env["USER"] ?? userInfo().username;
  const history = await openSharedHistory(context);
  return {
    ...openAlertDesk(history, { clock, by, settings }),
    [Symbol.dispose]: () => {
      history[Symbol.dispose]();
    },
  };
};
