import { lstatSync, mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { memoryFilesOf, type MemoryFile } from "../../src/openclaw/state/memory-files.ts";

const filesBelow = (directory: string): readonly MemoryFile[] =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => ({ name, stat: lstatSync(join(directory, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, stat }) => ({ path: relative(directory, join(directory, name)), sizeBytes: stat.size }));

describe("the files that are an agent's memory", () => {
  it("are the same, whoever has looked at the names", async () => {
    const workspace = mkdtempSync(join(tmpdir(), "clawback-memory-"));
    try {
      const write = (path: string, text: string): void => {
        mkdirSync(dirname(join(workspace, path)), { recursive: true });
        writeFileSync(join(workspace, path), text);
      };
      write("MEMORY.md", "1");
      write("README.md", "no memory");
      write("memory/2026-11-20.md", "22");
      write("memory/notes.txt", "no memory");
      write("memory/people/ä.md", "333");
      write("memory/.openclaw-repair/old.md", "put aside");
      write("memory/people/.openclaw-repair/old.md", "put aside");
      write(`memory/${"d/".repeat(15)}deep.md`, "4444");
      write(`memory/${"d/".repeat(16)}deeper.md`, "too deep");
      symlinkSync("2026-11-20.md", join(workspace, "memory/today.md"));
      const sorted = async (seen?: typeof filesBelow): Promise<unknown> => {
        const found = await memoryFilesOf(workspace, seen);
        return found.kind === "read" ? found.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) : found;
      };
      const expected = [
        { path: "MEMORY.md", sizeBytes: 1 },
        { path: "memory/2026-11-20.md", sizeBytes: 2 },
        { path: `memory/${"d/".repeat(15)}deep.md`, sizeBytes: 4 },
        { path: "memory/people/ä.md", sizeBytes: 3 },
      ];
      expect(await sorted()).toEqual(expected);
      expect(await sorted(filesBelow)).toEqual(expected);
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });

  it("are looked for on disk where nobody has seen them", async () => {
    const workspace = mkdtempSync(join(tmpdir(), "clawback-memory-"));
    try {
      mkdirSync(join(workspace, "memory"));
      writeFileSync(join(workspace, "memory/a.md"), "1");
      expect(await memoryFilesOf(workspace, () => undefined)).toEqual({
        kind: "read",
        files: [{ path: "memory/a.md", sizeBytes: 1 }],
      });
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
