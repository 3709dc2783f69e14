/** The steps of the runbooks, by what the report and the command line call them: in English they say the same. */
export const runbook: Readonly<Record<string, string>> = {};
