import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePassingFolder, Problem } from "../../../ground/index.ts";

export type Program = "pager" | "editor";

type Env = Readonly<Record<string, string | undefined>>;

const set = (value: string | undefined): value is string => value !== undefined && value !== "";

/** What the person has chosen for it, or what is everywhere. */
const commandOf = (program: Program, env: Env): string =>
  program === "pager"
    ? ([env["PAGER"]].find(set) ?? "less")
    : ([env["VISUAL"], env["EDITOR"]].find(set) ?? "vi");

/** Shows a text in the person's own program, in a file that only she can read and that is gone afterwards. */
export const showText = async (program: Program, name: string, text: string, env: Env): Promise<void> => {
  const folder = makePassingFolder("text");
  try {
    const path = join(folder, name.replace(/[^\p{L}\p{N}._-]/gu, "-").slice(0, 100));
    await writeFile(path, text, { mode: 0o600 });
    const command = commandOf(program, env);
    // Through a shell, because these variables hold command lines such as `less -R`; the path is an argument of it.
    const code = await exitOf(["sh", "-c", `${command} "$1"`, "sh", path], env);
    if (code !== 0) {
      throw new Problem("SHOW_TEXT_FAILED", `${command} ended with ${code}`, {
        hint: `Set ${program === "pager" ? "PAGER" : "EDITOR"} to a program that is installed here.`,
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const exitOf = ([command = "sh", ...words]: readonly string[], env: Env): Promise<number | string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: "inherit", env: { ...env } });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve(code ?? signal ?? "nothing");
    });
  });
