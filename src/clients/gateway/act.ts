import { ExitCode, Problem } from "../../ground/index.ts";
import type { GatewaySettings } from "../settings.ts";
import { isUnknownMethod, missingScope, type WireError } from "../wire/frame.ts";
import { newCost } from "./cost.ts";
import { dial } from "./dial.ts";
import type { LinkFailure } from "./failure.ts";
import type { LinkEvents } from "./link.ts";
import type { GatewayPorts } from "./ports.ts";
import { failureVerdict } from "./state/verdict.ts";
import { connectionText } from "../sentences/index.ts";

/** One deed, with exactly the scopes it needs. */
export type GatewayAction<Result> = {
  readonly scopes: readonly string[];
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Takes out of the answer what is needed, and drops the rest: answers may hold content. Throws on another shape. */
  readonly read: (payload: unknown) => Result;
  readonly signal?: AbortSignal;
};

/**
 * Opens a connection of its own with just these scopes, does this one thing, and closes. The watching connection never
 * holds more than the right to read, so nothing that goes wrong there can change anything.
 */
export const actOnGateway = async <Result>(
  settings: GatewaySettings,
  ports: GatewayPorts,
  action: GatewayAction<Result>,
): Promise<Result> => {
  const { method } = action;
  const onlyAsks = action.scopes.every((scope) => scope === "operator.read");
  if (settings.readOnly && !onlyAsks) {
    throw new Problem(
      "GATEWAY_READ_ONLY",
      `${settings.name} is configured read-only: ${method} was not sent`,
      {
        hint: "Remove readOnly from this gateway's configuration to allow changes.",
        exit: ExitCode.refused,
      },
    );
  }
  const closing = new AbortController();
  const signal =
    action.signal === undefined ? closing.signal : AbortSignal.any([action.signal, closing.signal]);
  const outcome = await dial({
    settings,
    ports,
    scopes: action.scopes,
    showDevice: false,
    cost: newCost(),
    onOpen: () => unheard,
    // The deed does not hang on it, and the watch on this gateway tells it.
    onUnkept: () => undefined,
    signal,
  });
  if (outcome.kind === "failed") throw unreachable(settings, outcome.failure, action.signal);
  const { link } = outcome;
  try {
    const missing = action.scopes.filter((scope) => !link.hello.auth.scopes.includes(scope));
    if (missing.length > 0) {
      throw new Problem(
        "GATEWAY_SCOPE",
        `${settings.name} did not grant ${missing.join(", ")} for ${method}`,
        {
          hint: "Act from the gateway's own machine, or approve this device there for these scopes.",
          exit: ExitCode.gateway,
        },
      );
    }
    const answer = await link.ask(method, action.params, action.timeoutMs);
    switch (answer.kind) {
      case "answer":
        return action.read(answer.payload);
      case "error":
        throw refused(settings, action, answer.error);
      case "timeout": {
        const why = `${settings.name} did not answer ${method} within ${action.timeoutMs} ms`;
        if (onlyAsks) throw unanswered(why, ExitCode.gateway);
        throw new Problem("GATEWAY_TIMEOUT", why, {
          hint: "It may still be doing it: look at its state before trying again.",
          exit: ExitCode.gateway,
        });
      }
      case "lost":
        throw called(settings, method, { signal: action.signal, onlyAsks });
    }
  } finally {
    closing.abort();
    await link.ended;
  }
};

const unheard: LinkEvents = {
  onContent: () => undefined,
  onEvent: () => undefined,
  onGap: () => undefined,
  onRefused: () => undefined,
};

type Asked = { readonly signal: AbortSignal | undefined; readonly onlyAsks: boolean };

const called = (settings: GatewaySettings, method: string, { signal, onlyAsks }: Asked): Problem => {
  const isOurs = signal?.aborted === true;
  const [why, exit] = isOurs
    ? [`${method} on ${settings.name} was called off`, ExitCode.interrupted]
    : [`${settings.name} hung up before it answered ${method}`, ExitCode.gateway];
  if (onlyAsks) return unanswered(why, exit);
  return isOurs
    ? new Problem("GATEWAY_ABORTED", why, {
        hint: "It may have been done all the same: look at its state.",
        exit,
      })
    : new Problem("GATEWAY_LOST", why, {
        hint: "It may have been done all the same: look at its state before trying again.",
        exit,
      });
};

/** A question that stays without an answer has changed nothing, whatever became of it. */
const unanswered = (why: string, exit: ExitCode): Problem =>
  new Problem("GATEWAY_UNANSWERED", why, {
    hint: "It was only asked, and nothing was done: the same again is safe.",
    exit,
  });

const unreachable = (
  settings: GatewaySettings,
  failure: LinkFailure,
  signal: AbortSignal | undefined,
): Problem => {
  if (signal?.aborted === true) {
    return new Problem("GATEWAY_NOT_ASKED", `connecting to ${settings.name} was called off`, {
      hint: "Nothing was asked of it.",
      exit: ExitCode.interrupted,
    });
  }
  const { said, advice } = failureVerdict(failure, 0);
  return new Problem("GATEWAY_UNREACHABLE", `${settings.name}: ${connectionText(said)}`, {
    ...(advice === undefined ? {} : { hint: connectionText(advice), advice }),
    exit: ExitCode.gateway,
  });
};

const refused = (
  { name }: GatewaySettings,
  { method, scopes }: Pick<GatewayAction<unknown>, "method" | "scopes">,
  error: WireError,
): Problem => {
  const scope = missingScope(error);
  if (isUnknownMethod(error)) {
    return new Problem("GATEWAY_ABSENT", `${name} does not know ${method}`, {
      hint: "This version of OpenClaw does not offer it.",
      exit: ExitCode.gateway,
    });
  }
  if (scope !== undefined && scopes.includes("operator.admin")) {
    return new Problem("GATEWAY_SCOPE", `${name} refused ${method}: it wants ${scope} for it`, {
      hint: "Approve this device there for that scope, or act from the gateway's own machine.",
      exit: ExitCode.gateway,
    });
  }
  if (scope !== undefined) {
    // It looks the scope up before the method: of one that it does not have it says that the scope is missing, too.
    return new Problem(
      "GATEWAY_ABSENT",
      `${name} offers no ${method} to ${scopes.join(" and ")}: it does not know it, or wants ${scope === "" ? "more" : scope} for it`,
      {
        hint: "This version of OpenClaw does not offer it, or not to a connection like this.",
        exit: ExitCode.gateway,
      },
    );
  }
  return new Problem("GATEWAY_REFUSED", `${name} refused ${method}: ${error.message}`, {
    hint:
      error.retryAfterMs === undefined
        ? "See the gateway's log for the reason."
        : `Try again in ${Math.ceil(error.retryAfterMs / 1000)} s.`,
    exit: ExitCode.gateway,
  });
};
