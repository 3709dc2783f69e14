import { isProblem } from "../../ground/index.ts";
import { isDamage } from "../vault/sealed-object.ts";
import { LostChunk } from "./chunk-reader.ts";

/** Something that a snapshot needs is damaged or not there: a fact about the vault, not about the machine. */
export const isLoss = (error: unknown): error is Error =>
  error instanceof LostChunk || isDamage(error) || (isProblem(error) && error.code === "STORE_MISSING");
