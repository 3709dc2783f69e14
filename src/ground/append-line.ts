import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

const lineFeed = 0x0a;

/** A line at the end of a file of its owner's. One that a crash or a full disk cut off there before stays a line alone. */
export const appendLine = async (path: string, line: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using file = await open(path, "a+", 0o600);
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  const isCut = size > 0 && buffer[0] !== lineFeed;
  await file.appendFile(`${isCut ? "\n" : ""}${line}\n`);
};
