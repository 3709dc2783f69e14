/**
 * Which pages of a database hold certain tables and their indexes (https://sqlite.org/fileformat.html, sections 1.5,
 * 1.6, 1.8 and 2.6). A page may be handed in in several versions, from the file and from its log: what any refers to
 * counts, so that nobody has to know which is the newest. Pages are somebody else's bytes: nothing they say leads out of
 * them, and none is looked at twice.
 */
export type PageVersions = (page: number) => Promise<readonly Uint8Array[]>;

/** Undefined: it is laid out in a way that is not known here, or one of the tables is a view. */
export const pagesOfTables = async (
  versionsOf: PageVersions,
  usableBytes: number,
  isWanted: (table: string) => boolean,
): Promise<ReadonlySet<number> | undefined> => {
  const found = new Set<number>();
  const roots = new Set<number>();
  let isKnown = true;
  await walk([1], found, versionsOf, usableBytes, (payload) => {
    const row = schemaRow(payload);
    if (row === undefined) isKnown = false;
    else if (isWanted(row.table) && row.type === "view") isKnown = false;
    else if (row.root > 0 && (isWanted(row.table) || statistics.test(row.name))) roots.add(row.root);
  });
  if (!isKnown) return undefined;
  await walk([...roots], found, versionsOf, usableBytes, () => undefined);
  for (const page of await mapsOf(found, versionsOf, usableBytes)) {
    found.add(page);
    await versionsOf(page);
  }
  return found;
};

const largestRootAt = 52;
const lockedByteAt = 0x40000000;

/**
 * Where a database can give pages back (a gateway's own can), some of its pages say of all others who refers to them.
 * SQLite asks those before it leaps along a chain of pages to a column that stands behind a long one, and calls the file
 * malformed when they say nothing. It guesses that the next page of the chain is the next of the file.
 */
const mapsOf = async (
  found: ReadonlySet<number>,
  versionsOf: PageVersions,
  usableBytes: number,
): Promise<ReadonlySet<number>> => {
  const heads = await versionsOf(1);
  if (heads.every((head) => wordAt(head, largestRootAt) === 0)) return new Set();
  const mapped = Math.floor(usableBytes / 5) + 1;
  const locked = lockedByteAt / (heads[0]?.length ?? usableBytes) + 1;
  const mapOf = (page: number): number => {
    const map = Math.floor((page - 2) / mapped) * mapped + 2;
    return map === locked ? map + 1 : map;
  };
  // Behind the last page that a map speaks of stands the next map, and what it speaks of behind that.
  return new Set([...found].filter((page) => page > 1).flatMap((page) => [mapOf(page), mapOf(page + 1)]));
};

/** SQLite reads them together with the schema. */
const statistics = /^sqlite_stat\d$/;

/** A level at a time and in order, so that pages which are stored together are asked for together. */
const walk = async (
  roots: readonly number[],
  found: Set<number>,
  versionsOf: PageVersions,
  usableBytes: number,
  onRow: (localPayload: Uint8Array) => void,
): Promise<void> => {
  let level = new Map<number, "tree" | "overflow">(roots.map((page) => [page, "tree"]));
  while (level.size > 0) {
    const next = new Map<number, "tree" | "overflow">();
    for (const [page, kind] of [...level].toSorted(([left], [right]) => left - right)) {
      if (page === 0 || found.has(page)) continue;
      found.add(page);
      for (const bytes of await versionsOf(page)) {
        if (kind === "overflow") next.set(wordAt(bytes, 0), "overflow");
        else followTree(bytes, page === 1 ? 100 : 0, usableBytes, next, onRow);
      }
    }
    level = next;
  }
};

const interiorIndex = 0x02;
const interiorTable = 0x05;
const leafIndex = 0x0a;
const leafTable = 0x0d;

const followTree = (
  page: Uint8Array,
  headerAt: number,
  usableBytes: number,
  next: Map<number, "tree" | "overflow">,
  onRow: (localPayload: Uint8Array) => void,
): void => {
  const type = page[headerAt];
  const isInterior = type === interiorIndex || type === interiorTable;
  if (!isInterior && type !== leafIndex && type !== leafTable) return;
  if (isInterior) next.set(wordAt(page, headerAt + 8), "tree");
  const cells = halfAt(page, headerAt + 3);
  for (let cell = 0; cell < cells; cell += 1) {
    let at = halfAt(page, headerAt + (isInterior ? 12 : 8) + cell * 2);
    if (isInterior) {
      next.set(wordAt(page, at), "tree");
      at += 4;
    }
    if (type === interiorTable) continue;
    const payload = varintAt(page, at);
    at = payload.end;
    if (type === leafTable) at = varintAt(page, at).end;
    const local = localBytes(payload.value, usableBytes, type === leafTable);
    if (local < payload.value) next.set(wordAt(page, at + local), "overflow");
    if (type === leafTable) onRow(page.subarray(at, at + local));
  }
};

/** How much of a payload stands in the cell itself; the rest is in a chain of pages. */
const localBytes = (payload: number, usable: number, isTable: boolean): number => {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload <= most) return payload;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const even = least + ((payload - least) % (usable - 4));
  return even <= most ? even : least;
};

type SchemaRow = {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly root: number;
};

/** A row of sqlite_schema: type, name, tbl_name, rootpage, sql. */
const schemaRow = (payload: Uint8Array): SchemaRow | undefined => {
  const head = varintAt(payload, 0);
  let at = head.end;
  let valueAt = head.value;
  const values: (string | number)[] = [];
  for (let column = 0; column < 4; column += 1) {
    const serial = varintAt(payload, at);
    at = serial.end;
    const length = lengthOf(serial.value);
    if (length === undefined || at > head.value || valueAt + length > payload.length) return undefined;
    const bytes = payload.subarray(valueAt, valueAt + length);
    values.push(serial.value >= 12 ? new TextDecoder().decode(bytes) : integerOf(serial.value, bytes));
    valueAt += length;
  }
  const [type, name, table, root] = values;
  return typeof type === "string" &&
    typeof name === "string" &&
    typeof table === "string" &&
    typeof root === "number"
    ? { type, name, table, root }
    : undefined;
};

/** Of a value by its serial type; undefined for one that stands in no schema. */
const lengthOf = (serial: number): number | undefined => {
  if (serial >= 12) return Math.floor((serial - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, undefined, 0, 0][serial];
};

const integerOf = (serial: number, bytes: Uint8Array): number =>
  serial === 9 ? 1 : bytes.reduce((sum, byte) => sum * 256 + byte, 0);

const halfAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const wordAt = (bytes: Uint8Array, at: number): number => halfAt(bytes, at) * 65_536 + halfAt(bytes, at + 2);

/** Seven bits a byte, highest first; the ninth has eight. */
const varintAt = (bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } => {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), end: at + 9 };
};
