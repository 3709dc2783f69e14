import type { Finding } from "../findings.ts";
import { bytePath, bytesOfPath, pathText, type BytePath } from "../manifest/byte-path.ts";
import type { ExtendedAttribute } from "../manifest/entry.ts";
import { runAttributes, type AttributeProgram } from "./attribute-programs.ts";

export type ReadAttributes = {
  readonly attributes: ReadonlyMap<BytePath, readonly ExtendedAttribute[]>;
  /** One, whatever it is and however many files it is about. */
  readonly findings: readonly Finding[];
};

/** How much is put together before it goes to the program: a million paths must not be a million small writes. */
const pieceBytes = 64 * 1024;

/** Of one file: with more than this its entry would not fit, and one file must not end every save. */
const mostBytes = 256 * 1024;
/** E2BIG. */
const tooMuch = "7";

export const readAttributes = async (
  paths: readonly BytePath[],
  signal: AbortSignal,
  programs?: readonly AttributeProgram[],
): Promise<ReadAttributes> => {
  const attributes = new Map<BytePath, ExtendedAttribute[]>();
  if (paths.length === 0) return { attributes, findings: [] };
  const output = await runAttributes("read", () => inPieces(paths, (path) => `${path}\0`), signal, programs);
  if (output === undefined) return { attributes, findings: [noProgram] };
  const unread: { readonly path: BytePath; readonly errno: string }[] = [];
  for (const line of output.split("\n")) {
    const [first = "", second = "", third] = line.split(" ");
    if (third === undefined) continue;
    if (first === "!") {
      unread.push({ path: pathOfHex(second), errno: third });
      continue;
    }
    const path = pathOfHex(first);
    const list = attributes.get(path) ?? [];
    list.push({ name: pathOfHex(second), value: Buffer.from(third, "hex") });
    attributes.set(path, list);
  }
  for (const [path, list] of attributes) {
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (list.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <= mostBytes) continue;
    attributes.delete(path);
    unread.push({ path, errno: tooMuch });
  }
  return { attributes, findings: unreadFindings(unread) };
};

/** Paths whose attributes could not be set. */
export const writeAttributes = async (
  wanted: readonly { readonly path: BytePath; readonly attributes: readonly ExtendedAttribute[] }[],
  signal: AbortSignal,
  programs?: readonly AttributeProgram[],
): Promise<readonly BytePath[]> => {
  if (wanted.length === 0) return [];
  const lines = wanted.flatMap(({ path, attributes }) =>
    attributes.map(({ name, value }) => ({ path, name, value })),
  );
  const output = await runAttributes(
    "write",
    () =>
      inPieces(
        lines,
        ({ path, name, value }) =>
          `${hexOf(bytesOfPath(path))} ${hexOf(bytesOfPath(name))} ${hexOf(value)}\n`,
      ),
    signal,
    programs,
  );
  // Nobody could even try.
  if (output === undefined) return wanted.map(({ path }) => path);
  return [...new Set(output.split("\n").flatMap((line) => (line === "" ? [] : [pathOfHex(line)])))];
};

function* inPieces<T>(items: readonly T[], textOf: (item: T) => string): Generator<Buffer> {
  let piece = "";
  for (const item of items) {
    piece += textOf(item);
    if (piece.length < pieceBytes) continue;
    yield Buffer.from(piece, "latin1");
    piece = "";
  }
  if (piece !== "") yield Buffer.from(piece, "latin1");
}

const pathOfHex = (hex: string): BytePath => bytePath(Buffer.from(hex, "hex").toString("latin1"));

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const noProgram: Finding = {
  code: "ATTRIBUTES_NOT_SAVED",
  message: "Extended attributes and access lists are not in the snapshot: nothing here can read them.",
  hint: "Where they matter, install python3 or perl (Linux). All else of the files is in the snapshot.",
};

/**
 * Whether a snapshot was taken where nothing could read attributes, and now something can: then what did not change
 * since is not to be taken over from it.
 */
export const isWorthReadingAgain = async (
  { findings }: { readonly findings: readonly Finding[] },
  signal: AbortSignal,
): Promise<boolean> =>
  findings.some(isNoProgram) && (await runAttributes("read", () => [], signal)) !== undefined;

/** That nothing here reads attributes: a fact about the machine, which need not be said with each snapshot. */
export const isNoProgram = ({ code, path }: Finding): boolean =>
  code === noProgram.code && path === undefined;

const unreadFindings = (
  unread: readonly { readonly path: BytePath; readonly errno: string }[],
): readonly Finding[] => {
  const [first] = unread;
  if (first === undefined) return [];
  const path = pathText(first.path);
  const others = unread.length === 1 ? "" : ` and of ${unread.length - 1} more`;
  return [
    {
      code: "ATTRIBUTES_NOT_SAVED",
      path,
      message: `The extended attributes of ${path}${others} cannot be read (error ${first.errno}).`,
      hint: "The files themselves are in the snapshot.",
    },
  ];
};
