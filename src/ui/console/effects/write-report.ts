import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../../ground/index.ts";

/** Writes a report beside where clawback was started, and never over a file that is there. */
export const writeReport = async (folder: string, name: string, text: string): Promise<string> => {
  const { stem = name, ending = "" } = /^(?<stem>.*?)(?<ending>\.[^.]*)?$/u.exec(name)?.groups ?? {};
  for (let number = 1; number <= 100; number += 1) {
    const path = join(folder, number === 1 ? name : `${stem}-${number}${ending}`);
    try {
      await writeFile(path, text, { flag: "wx", mode: 0o600 });
      return path;
    } catch (error) {
      if (!isTaken(error)) {
        throw new Problem(
          "REPORT_NOT_WRITTEN",
          `${path}: ${error instanceof Error ? error.message : "failed"}`,
          {
            hint: "Start clawback in a folder that can be written to.",
            exit: ExitCode.notFine,
            cause: error,
          },
        );
      }
    }
  }
  throw new Problem("REPORT_NOT_WRITTEN", `a hundred reports of this name lie in ${folder} already`, {
    hint: "Move them away.",
  });
};

const isTaken = (error: unknown): boolean => errnoOf(error) === "EEXIST";
