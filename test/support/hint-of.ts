import type { ServiceResult } from "../../src/clients/index.ts";
import { english } from "../../src/watch/index.ts";

/** What can be done about a service that did not do as it was told, in English. */
export const hintOf = ({ advice }: ServiceResult): string | undefined =>
  advice === undefined ? undefined : english(advice);
