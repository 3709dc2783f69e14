import { isObject, type JsonObject } from "../json.ts";
import type { RunningGateway } from "../running.ts";
import { refuses, type Answer, type Caller, type Outcome } from "./answer.ts";
import { catalogueAnswers } from "./catalogue.ts";
import { configAnswers } from "./config.ts";
import { diagnosticsAnswers } from "./diagnostics.ts";
import { sessionAnswers } from "./sessions.ts";
import { suspensionAnswers } from "./suspension.ts";
import { systemAnswers } from "./system.ts";
import { transcriptAnswers } from "./transcripts.ts";

/** Every method the demo knows. What `hello-ok` advertises is this table and nothing else. */
const answers: Readonly<Record<string, Answer>> = {
  ...systemAnswers,
  ...sessionAnswers,
  ...transcriptAnswers,
  ...catalogueAnswers,
  ...configAnswers,
  ...diagnosticsAnswers,
  ...suspensionAnswers,
};

export const methodNames: readonly string[] = Object.keys(answers);

export const isSlow = (method: string): boolean => answers[method]?.slow === true;

/** In the real order: suspension, scope, the method's name, its parameters. */
export const answerOf = (
  gateway: RunningGateway,
  method: string,
  params: unknown,
  caller: Caller,
): Outcome => {
  if (gateway.suspension.phase() === "prepared" && !method.startsWith("gateway.suspend.")) {
    return refuses("UNAVAILABLE", `${method} unavailable during gateway suspension`, {
      retryable: true,
      retryAfterMs: 1_000,
      details: { method, reason: "gateway-suspending", phase: "prepared" },
    });
  }
  const known = Object.hasOwn(answers, method) ? answers[method] : undefined;
  // A method nobody knows needs the highest scope: a connection that may only read never learns that it is missing.
  const scope = known?.scope ?? "operator.admin";
  if (!allows(caller.scopes, scope)) {
    return refuses("FORBIDDEN", `missing scope: ${scope}`, {
      details: { code: "MISSING_SCOPE", missingScope: scope, requiredScopes: [scope] },
    });
  }
  if (known === undefined) return refuses("INVALID_REQUEST", `unknown method: ${method}`);
  const given = isObject(params) ? params : {};
  const problem = problemOfParams(known, given);
  if (problem !== undefined) {
    return refuses(
      "INVALID_REQUEST",
      `invalid ${method} params${known.params?.terse === true ? "" : `: ${problem}`}`,
    );
  }
  return known.answer(gateway, given, caller);
};

const allows = (scopes: readonly string[], wanted: string): boolean =>
  scopes.includes("operator.admin") ||
  scopes.includes(wanted) ||
  (wanted === "operator.read" && scopes.includes("operator.write"));

const problemOfParams = ({ params }: Answer, given: JsonObject): string | undefined => {
  if (params === undefined) return undefined;
  const problems = [
    ...params.required
      .filter((key) => typeof given[key] !== "string")
      .map((key) => `must have required property '${key}'`),
    ...Object.keys(given)
      .filter((key) => !params.required.includes(key) && !params.optional.includes(key))
      .map((key) => `at root: unexpected property '${key}'`),
  ];
  return problems.length === 0 ? undefined : problems.join("; ");
};
