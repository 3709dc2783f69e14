import { count } from "../../../ground/index.ts";

/** `1 snapshot`, `12 snapshots`, `? snapshots`. */
export const counted = (amount: number | undefined, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;
