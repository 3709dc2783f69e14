/**
 * What a check or a save found: data, not an exception. `code` is stable; `snapshot`, `path` and `object` say what is
 * hurt, as far as it is known; `hint` says what to do about it.
 */
export type Finding = {
  readonly code: FindingCode;
  readonly message: string;
  readonly snapshot?: string;
  readonly path?: string;
  readonly object?: string;
  readonly hint?: string;
};

export type FindingCode =
  // Of a save:
  | "FILE_UNREADABLE"
  | "DIRECTORY_UNREADABLE"
  | "DATABASE_NOT_CAPTURED"
  | "ATTRIBUTES_NOT_SAVED"
  // Of a check of the vault:
  | "PACK_DAMAGED"
  | "PACK_FOOTER_DAMAGED"
  | "PACK_MISSING"
  | "CHUNK_DAMAGED"
  | "CHUNK_MISSING"
  | "SNAPSHOT_DAMAGED"
  | "MANIFEST_DAMAGED"
  | "FILE_DAMAGED"
  | "KEY_DAMAGED"
  | "VAULT_FILE_DAMAGED"
  | "INDEX_REBUILT"
  | "NOT_NOTED"
  | "STRANGE_OBJECT"
  // Of a restore:
  | "NOT_RESTORED"
  | "DATABASE_DAMAGED"
  | "OWNER_NOT_RESTORED"
  | "ATTRIBUTES_NOT_RESTORED";
