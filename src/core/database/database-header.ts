/** What the first hundred bytes of a file say about it (https://sqlite.org/fileformat.html, section 1.3). */
export type DatabaseHeader = { readonly pageBytes: number; readonly mode: "wal" | "rollback" };

export const databaseHeaderBytes = 100;
const magic = Buffer.from("SQLite format 3\0", "latin1");

export const parseDatabaseHeader = (bytes: Buffer): DatabaseHeader | undefined => {
  if (bytes.length < databaseHeaderBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const size = bytes.readUInt16BE(16);
  const pageBytes = size === 1 ? 65_536 : size;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) return undefined;
  return { pageBytes, mode: bytes[18] === 2 ? "wal" : "rollback" };
};

/** A database is whole pages of at least 512 bytes: other files need not be opened to know that they are none. */
export const mayBeDatabase = (sizeBytes: number): boolean => sizeBytes > 0 && sizeBytes % 512 === 0;
