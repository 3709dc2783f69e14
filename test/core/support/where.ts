import { setTimeout as sleep } from "node:timers/promises";
import type { Hand } from "../../../src/core/system/threads.ts";

export type WhereJob = { readonly number: number; readonly fails?: boolean };
export type WhereAnswer = { readonly number: number; readonly thread: number };

/** Says which thread did a job. It takes a moment, so that one hand alone never gets them all. */
export const whereHand =
  (thread: number): Hand<WhereJob, WhereAnswer> =>
  async ({ number, fails }) => {
    await sleep(2);
    if (fails === true) throw new Error(`job ${number} failed`);
    return { number, thread };
  };
