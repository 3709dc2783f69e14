import { problemOf } from "../../../ground/index.ts";
import { failureOf, whyOf, type Told } from "../../../watch/index.ts";
import type { Action } from "../state/action.ts";
import type { AuditEntry } from "../state/audit.ts";
import type { ConsoleEffect, PersonEvent } from "../state/effect.ts";
import { isLook, type TakebackRequest } from "../state/takeback.ts";
import type { VaultRequest } from "../state/vault.ts";

/** What the console can do to the world. Each is handed in, so that a test can watch and nothing is done by chance. */
export type EffectPorts = {
  readonly now: () => number;
  /** Milliseconds that only ever go forward: for durations. */
  readonly steady: () => number;
  readonly tell: (event: PersonEvent) => void;
  readonly copy: (text: string) => void;
  readonly repaint: () => void;
  /** Whether clicks and the wheel are told. */
  readonly point: (on: boolean) => void;
  readonly showText: (program: "pager" | "editor", name: string, text: string) => Promise<void>;
  /** Answers with the path it wrote to. */
  readonly writeReport: (name: string, text: string) => Promise<string>;
  /** Answers with what came of it. */
  readonly vault: (request: VaultRequest) => Promise<Told>;
  /** Answers with what came of it. */
  readonly takeback: (request: TakebackRequest) => Promise<Told>;
  readonly record: (entry: AuditEntry) => Promise<void>;
};

export type EffectRunner = {
  readonly run: (effect: ConsoleEffect) => void;
  /** Resolves when everything that was begun is done. */
  readonly settled: () => Promise<void>;
};

/** Does what the console asks for and answers with actions. What fails is said, and never ends the console. */
export const effectRunner = (ports: EffectPorts, emit: (action: Action) => void): EffectRunner => {
  const begun = new Set<Promise<void>>();
  const own = (work: Promise<void>): void => {
    const ended = work
      .catch((error: unknown) => {
        emit({ kind: "say", ...whyOf(error) });
      })
      .finally(() => begun.delete(ended));
    begun.add(ended);
  };

  /** Does one thing, and says in the audit log how it went. */
  const deed = async (command: string, work: () => Promise<Told>): Promise<void> => {
    const at = ports.now();
    const startedAt = ports.steady();
    const ended = (exit: number, { text, said }: Told): void => {
      const durationMs = Math.round(ports.steady() - startedAt);
      emit({ kind: "done", entry: { at, command, ended: { exit, durationMs, text, said } } });
    };
    try {
      ended(0, await work());
    } catch (error) {
      const { why, said } = failureOf(error);
      ended(problemOf(error).exit, { text: why, said });
    }
  };

  const run = (effect: ConsoleEffect): void => {
    switch (effect.kind) {
      case "tell":
        ports.tell(effect.event);
        return;
      case "copy":
        ports.copy(effect.text);
        return;
      case "repaint":
        ports.repaint();
        return;
      case "point":
        ports.point(effect.on);
        return;
      case "show-text":
        own(ports.showText(effect.program, effect.name, effect.text));
        return;
      case "write-report":
        own(deed(effect.command, async () => ({ text: await ports.writeReport(effect.name, effect.text) })));
        return;
      case "vault": {
        const { request, command } = effect;
        const isOnlyLook = request.kind === "compare" || request.kind === "difference";
        // What only looks is no deed.
        if (isOnlyLook) own(ports.vault(request).then(() => undefined));
        else own(deed(command, () => ports.vault(request)));
        return;
      }
      case "takeback": {
        const { request, command } = effect;
        if (isLook(request)) own(ports.takeback(request).then(() => undefined));
        else own(deed(command, () => ports.takeback(request)));
        return;
      }
      case "record":
        own(ports.record(effect.entry));
        return;
    }
  };
  return {
    run,
    settled: async () => {
      while (begun.size > 0) await Promise.all(begun);
    },
  };
};
