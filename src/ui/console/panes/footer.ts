import { footerCommands, matchingCommands } from "../commands/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";

/** The last row: the keys that work now; or the line being typed; or what there is to say. */
export const paintFooter = (model: ConsoleModel, columns: number, look: Look): string => {
  const { prompt, toast, filter } = model.view;
  if (prompt !== undefined) {
    const sign = prompt.kind === "filter" ? "/" : ":";
    const hint =
      prompt.kind === "filter"
        ? "Enter keeps it, Esc takes it back, !word leaves out"
        : `${matchingCommands(model, prompt.text).length} commands · Enter runs, Esc leaves`;
    const typed = ` ${look.paint("key", sign)}${prompt.text}${look.symbol("caret")}`;
    return look.fit(`${typed}   ${look.paint("text.dim", hint)}`, columns);
  }
  if (toast !== undefined && toast.until > model.watch.now) {
    return look.fit(` ${look.paint("accent", toast.text)}`, columns);
  }
  const keys = footerCommands(model)
    .map(({ keys: [key = ""], title }) => `${look.paint("key", `[${key}]`)} ${title}`)
    .join("  ");
  const filtered = filter === "" ? "" : `${look.paint("match", ` /${filter} `)} `;
  return look.fit(` ${filtered}${keys}`, columns);
};
