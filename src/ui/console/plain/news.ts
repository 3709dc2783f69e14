import { conditionIn, isFiring, liveAlerts, type GatewayModel, type Model } from "../../../watch/index.ts";
import { sayIn, whyIn } from "../language/index.ts";
import { whereOf } from "../lists/alerts.ts";
import { conditionWord, withoutTime } from "../panes/signs.ts";
import type { Setting } from "../state/model.ts";

/** A word with a time behind it is still the same word a second later. */
const stateOf = (gateway: GatewayModel): string => gateway.connection?.state.kind ?? "";

const isSick = (watch: Model, gateway: GatewayModel): boolean => conditionIn(watch, gateway).word === "sick";

/** What has changed between two moments, a line each: what a person who cannot see the screen would want to be told. */
export const newsBetween = (
  before: Model,
  after: Model,
  { texts }: Pick<Setting, "texts">,
  /** Its restore is told step by step. */
  isFollowed: (gateway: string) => boolean = () => false,
): readonly string[] => {
  if (before === after) return [];
  const { plain } = texts;
  const gateways = after.gateways.flatMap((gateway) => {
    const { name } = gateway.identity;
    const former = before.gateways.find(({ identity }) => identity.name === name);
    const changed =
      former !== undefined &&
      (stateOf(former) !== stateOf(gateway) || isSick(before, former) !== isSick(after, gateway));
    if (!changed) return [];
    const { word, reasons } = conditionIn(after, gateway);
    // Of one that answers and is sick its alerts say why; what comes first is how its connection is.
    const why = isSick(after, gateway) ? reasons.at(-1) : reasons[0];
    return [plain.now(name, conditionWord(withoutTime(word), texts), whyIn(texts, why))];
  });
  const fired = new Set(
    liveAlerts(before)
      .filter(isFiring)
      .map(({ id }) => id),
  );
  const firing = liveAlerts(after).filter(isFiring);
  const still = new Set(firing.map(({ id }) => id));
  const marks = new Set(before.marks);
  const known = new Map(before.operations.map((operation) => [operation.id, operation]));
  const { operations } = texts.snapshots;
  const deeds = after.operations.flatMap(({ id, kind, gateway, step, ended }) => {
    const former = known.get(id);
    if ((kind === "restore" || kind === "rollback") && isFollowed(gateway)) return [];
    if (ended === undefined) {
      return former === undefined ? [plain.begun(operations[kind], gateway, step)] : [];
    }
    if (former?.ended !== undefined) return [];
    return [
      ended.ok
        ? plain.done(operations[kind], gateway, ended.text)
        : plain.failed(operations[kind], gateway, ended.text),
    ];
  });
  return [
    ...after.marks.filter((mark) => !marks.has(mark)).map(({ text }) => plain.mark(text)),
    ...deeds,
    ...gateways,
    ...firing
      .filter(({ id }) => !fired.has(id))
      .map((alert) =>
        plain.fired(
          alert.priority,
          alert.rule,
          whereOf(alert),
          sayIn(texts, alert.said, alert.evidence),
          alert.id,
        ),
      ),
    ...liveAlerts(before)
      .filter((alert) => isFiring(alert) && !still.has(alert.id))
      .map((alert) => plain.resolved(alert.rule, whereOf(alert))),
  ];
};
