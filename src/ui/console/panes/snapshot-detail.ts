import { age, bytes, count, percent } from "../../../ground/index.ts";
import { reasonsIn } from "../language/index.ts";
import { contextOf, snapshotHere, type SnapshotRow } from "../lists/snapshots.ts";
import type { ConsoleModel } from "../state/model.ts";
import type { Look } from "../theme/index.ts";
import { fieldLines, type Field } from "./fields.ts";
import type { Pane } from "./pane.ts";
import { vaultTrouble } from "./snapshots.ts";

/** One snapshot in full. */
export const snapshotDetail: Pane = {
  id: "snapshot",
  title: (model) => {
    const row = snapshotHere(model);
    return row === undefined ? [] : [row.stored.id];
  },
  body: {
    kind: "text",
    lines: (model, columns, look) => {
      const row = snapshotHere(model);
      if (row === undefined) {
        const why = vaultTrouble(model);
        return why === undefined ? [] : [look.paint("text.dim", look.fit(` ${why}`, columns))];
      }
      return fieldLines(fieldsOf(row, model, look), columns, look);
    },
  },
};

const fieldsOf = (row: SnapshotRow, model: ConsoleModel, look: Look): readonly Field[] => {
  const { stored, during, hurt } = row;
  const { texts, time } = model.setting;
  const { snapshots, words } = texts;
  const { facts } = snapshots;
  const known = (name: string, value: string | null | undefined): readonly Field[] =>
    value === null || value === undefined || value === "" ? [] : [{ name, value }];
  const verified: Field =
    hurt > 0
      ? { name: facts.verified, value: `${look.symbol("no")} ${snapshots.hurt(hurt)}`, role: "state.bad" }
      : stored.verifiedAtMs === undefined
        ? { name: facts.verified, value: snapshots.verifyHint, role: "state.warn" }
        : {
            name: facts.verified,
            value: `${look.symbol("yes")} ${snapshots.verifiedAt(time.full(stored.verifiedAtMs))}`,
            role: "state.good",
          };
  return [
    {
      name: facts.taken,
      value: `${time.full(stored.at)} (${words.ago(age(Math.max(0, model.watch.now - stored.at)))}), ${stored.kind}`,
    },
    ...known(facts.name, stored.name),
    ...known(facts.description, stored.description),
    ...(row.isLastGood
      ? [
          {
            name: facts.good,
            value: `${look.symbol("star")} ${(row.good === undefined ? [] : reasonsIn(texts, row.good)).join(texts.words.comma)}`,
            role: "state.good" as const,
          },
        ]
      : []),
    ...(during.length === 0
      ? []
      : [{ name: facts.during, value: during.join(", "), role: "state.bad" as const }]),
    verified,
    {
      name: facts.vitals,
      value: snapshots.vitals(
        percent(contextOf(stored)),
        count(stored.numbers["sessions"]),
        count(stored.numbers["agents"]),
      ),
    },
    {
      name: facts.size,
      value: snapshots.size(
        bytes(stored.bytes),
        count(stored.files),
        bytes(stored.newBytes),
        bytes(stored.storedBytes),
      ),
    },
    ...(stored.protected ? [{ name: facts.kept, value: snapshots.kept }] : []),
    ...known(facts.tags, stored.tags.join(", ")),
    ...known(facts.expires, stored.expiresAt),
    {
      name: facts.from,
      value: [stored.host, stored.stateDir, stored.gatewayVersion ?? ""]
        .filter((part) => part !== "")
        .join(" · "),
    },
  ];
};
