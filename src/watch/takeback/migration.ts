import type { MovedRows, PathMove } from "../../core/index.ts";
import { isJsonObject, type Json } from "../../openclaw/index.ts";

/** A restore into another place than the snapshot was taken of, or onto another gateway. */
export type Migration = {
  readonly from: { readonly label: string; readonly host: string; readonly stateDir: string };
  readonly to: { readonly label: string };
  /** The longer path first, so that an inner directory is not moved with its outer one. */
  readonly moves: readonly PathMove[];
  /** What of the configuration stays as it is here, because it belongs to the host. */
  readonly kept: readonly string[];
  /** Texts of the configuration that name another place now. */
  readonly configPaths: number;
  readonly databasePaths: readonly MovedRows[];
};

/** What makes a gateway reachable where it is: its port, address and secrets, and where its log goes. */
export const hostSections = ["gateway", "logging"] as const;

/** The directory itself or something in it; a path that only begins alike is another one. */
export const movedPath = (path: string, moves: readonly PathMove[]): string => {
  const move = moves.find(({ from }) => path === from || path.startsWith(`${from}/`));
  return move === undefined ? path : `${move.to}${path.slice(move.from.length)}`;
};

/** A configuration for its new place: paths moved, and what belongs to the host kept as it is there. */
export const movedConfig = (
  config: Json,
  moves: readonly PathMove[],
  kept: Readonly<Record<string, Json | undefined>>,
): { readonly config: Json; readonly moved: number } => {
  let moved = 0;
  const walk = (value: Json): Json => {
    if (typeof value === "string") {
      const after = movedPath(value, moves);
      if (after !== value) moved += 1;
      return after;
    }
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    return isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value).flatMap(([name, inner]) =>
            inner === undefined ? [] : [[name, walk(inner)]],
          ),
        )
      : value;
  };
  const walked = walk(config);
  if (!isJsonObject(walked)) return { config: walked, moved };
  return { config: { ...walked, ...kept }, moved };
};
