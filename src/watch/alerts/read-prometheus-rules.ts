import type { Import } from "./prometheus-import.ts";

/** A reader of YAML is more code than all that watches: it is loaded for the one command that needs it. */
export const readPrometheusRules = async (text: string): Promise<Import> => {
  const { importPrometheusRules } = await import("./prometheus-import.ts");
  return importPrometheusRules(text);
};
