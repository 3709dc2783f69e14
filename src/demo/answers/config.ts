import { redacted, redactedText } from "../state/config.ts";
import { says, type Answer } from "./answer.ts";

export const configAnswers: Readonly<Record<string, Answer>> = {
  "config.get": {
    scope: "operator.read",
    slow: true,
    answer: (gateway) => {
      const read = gateway.rereadConfig();
      const shown = redacted(read.parsed);
      return says({
        path: read.path,
        includedPaths: [],
        includeProvenance: [],
        agentRosterIncludeOwned: false,
        bindingsIncludeOwned: false,
        exists: true,
        raw: redactedText(read.raw),
        parsed: shown,
        sourceConfig: shown,
        resolved: shown,
        valid: read.valid,
        runtimeConfig: redacted(gateway.appliedConfig().parsed),
        config: shown,
        hash: read.hash,
        issues: read.issues,
        warnings: [],
        legacyIssues: [],
        configRevisionHash: read.hash,
        appliedConfigHash: gateway.appliedConfig().hash,
      });
    },
  },
};
