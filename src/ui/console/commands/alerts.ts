import { hourMs } from "../../../ground/index.ts";
import { isFiring, type Alert } from "../../../watch/index.ts";
import { alertHere, whereOf } from "../lists/alerts.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { ConsoleCommand } from "./command.ts";

const where = ["fleet", "gateway", "alerts", "alert"] as const;

const withAlert =
  (run: (alert: Alert, model: ConsoleModel) => readonly Action[]) =>
  (model: ConsoleModel): readonly Action[] => {
    const alert = alertHere(model);
    return alert === undefined ? [] : run(alert, model);
  };

const needsAlert = (model: ConsoleModel): string | undefined => {
  const { keys } = model.setting.texts;
  const alert = alertHere(model);
  if (alert === undefined) return keys.noAlert;
  return alert.state === "resolved" ? keys.resolvedAlready : undefined;
};

/** Answers to alerts. */
export const alertCommands: readonly ConsoleCommand[] = [
  {
    id: "alert.ack",
    keys: ["a"],
    risk: "none",
    where,
    footer: 30,
    changes: true,
    disabledReason: (model) => {
      const alert = alertHere(model);
      const by = alert?.acknowledged?.by;
      return (
        needsAlert(model) ??
        (by === undefined || alert === undefined || !isFiring(alert)
          ? undefined
          : model.setting.texts.keys.alreadyAcknowledged(by))
      );
    },
    run: withAlert((alert, { watch, setting }) => [
      {
        kind: "tell",
        event: { kind: "acknowledge", at: watch.now, alert: alert.id, by: setting.person },
        command: `clawback alerts ack ${alert.id}`,
        said: setting.texts.keys.acknowledged(alert.rule),
      },
    ]),
  },
  {
    id: "alert.silence",
    keys: ["S"],
    risk: "confirm",
    where: ["gateway", "alerts", "alert"],
    changes: true,
    disabledReason: needsAlert,
    run: withAlert((alert, { watch, setting }) => {
      const { keys } = setting.texts;
      const { now } = watch;
      const command = `clawback alerts silence ${alert.rule} --gateway ${alert.gateway} --for 1h`;
      const silence = {
        id: `s${alert.id}-${now}`,
        rule: alert.rule,
        gateway: alert.gateway,
        from: now,
        until: now + hourMs,
        by: setting.person,
      };
      return [
        {
          kind: "ask",
          dialog: {
            title: keys.silenceTitle(alert.rule, whereOf(alert)),
            says: [keys.silenceSays],
            command,
            needs: { kind: "y" },
            actions: [
              {
                kind: "tell",
                event: { kind: "silence", at: now, silence },
                command,
                said: keys.silenced(alert.rule),
              },
            ],
          },
        },
      ];
    }),
  },
  {
    id: "alert.next-step",
    keys: ["Y"],
    risk: "none",
    where: ["gateway", "alerts", "alert"],
    disabledReason: (model) =>
      alertHere(model) === undefined ? model.setting.texts.keys.noAlert : undefined,
    run: withAlert((alert) => [{ kind: "copy", text: alert.next, what: alert.next.slice(0, 40) }]),
  },
];
