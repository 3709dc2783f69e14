import * as z from "zod";
import { isSentence } from "../../ground/index.ts";
import { sayings, type Sentence } from "../sentences/index.ts";

export const sentence = z.custom<Sentence>((given) => isSentence(sayings, given));

/** One that another version made and this one does not know is left out: its text in English stands beside it. */
export const said = z.optional(sentence).catch(undefined);
