import type { FileRow } from "../../../core/index.ts";
import { bytes, counted, ExitCode, harmlessLine, timeText } from "../../../ground/index.ts";
import { sessionsCarried } from "../../../keeping/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { findOne, noteLines, wordLines } from "../vault/index.ts";

export const command = defineCommand({
  words: ["snapshots", "show"],
  summary: "Show one snapshot: what it is, its sessions and its files.",
  operands: { usage: "REF", least: 1, most: 1 },
  options: {
    files: { kind: "flag", help: "every file, not only the directories on top" },
    sessions: { kind: "flag", help: "every session, with its messages and tokens" },
  },
  run: async (context, { options, operands: [ref = ""] }) => {
    const { flags, out, err } = context;
    const { vault } = await openConfiguredVault(context);
    const found = await findOne(context, await vault.list(), ref);
    err(noteLines([found], context));
    const { id } = found.snapshot;
    const sessions = sessionsCarried((await vault.carried(id)).sessions);
    if (flags.json) {
      const files: FileRow[] = [];
      for await (const file of vault.files(id)) files.push(file);
      out(`${JSON.stringify({ snapshot: found.snapshot, files, sessions: sessions ?? null })}\n`);
      return ExitCode.fine;
    }
    out(
      [
        `Snapshot ${id}`,
        ...wordLines(found.snapshot),
        ...(options.sessions ? ["", "Sessions:", ...sessionLines(sessions)] : []),
        "",
        options.files ? "Files:\n" : "On top:\n",
      ].join("\n"),
    );
    if (options.files) for await (const file of vault.files(id)) out(`${fileLine(file)}\n`);
    else out(`${(await topLines(vault.files(id))).join("\n")}\n`);
    return ExitCode.fine;
  },
});

const sessionLines = (sessions: ReturnType<typeof sessionsCarried>): readonly string[] => {
  if (sessions === undefined) return ["  ? not known"];
  return sessions.map(
    ({ key, messages, usedTokens, status }) =>
      `  ${harmlessLine(key, 200)}  ${counted(messages, "message")}, ${counted(usedTokens, "token")}${status === undefined ? "" : `, ${harmlessLine(status, 40)}`}`,
  );
};

const typeMarks: Readonly<Partial<Record<FileRow["type"], string>>> = {
  directory: "d",
  symlink: "l",
  hardlink: "h",
};

const fileLine = ({ path, type, size, mode, mtimeNs }: FileRow): string => {
  const time = timeText(Number(BigInt(mtimeNs) / 1_000_000n));
  const mark = typeMarks[type] ?? (type === "file" ? "-" : "s");
  return `  ${mark} ${mode.toString(8).padStart(4, "0")}  ${bytes(size).padStart(8)}  ${time}  ${harmlessLine(path)}`;
};

/** What lies on top, with all that is below it. */
const topLines = async (files: AsyncIterable<FileRow>): Promise<readonly string[]> => {
  const tops = new Map<string, { files: number; bytes: number }>();
  for await (const { path, type, size } of files) {
    const slash = path.indexOf("/");
    const name = slash === -1 ? (type === "directory" ? `${path}/` : path) : `${path.slice(0, slash)}/`;
    const top = tops.get(name) ?? { files: 0, bytes: 0 };
    tops.set(name, { files: top.files + (type === "directory" ? 0 : 1), bytes: top.bytes + size });
  }
  return [...tops].map(
    ([name, top]) =>
      `  ${bytes(top.bytes).padStart(8)}  ${harmlessLine(name)}${name.endsWith("/") ? ` (${counted(top.files, "file")})` : ""}`,
  );
};
