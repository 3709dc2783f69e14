import { serviceOf } from "../../../clients/index.ts";
import { age, bytes, ExitCode, moment } from "../../../ground/index.ts";
import { openFormerHistory } from "../../history.ts";
import { defineCommand } from "../command.ts";
import { guardUnitName } from "../guard/unit.ts";

export const command = defineCommand({
  words: ["guard", "status"],
  summary: "Say whether somebody watches right now, and since when nobody does.",
  details:
    "A console that is open counts: it watches and remembers as the guard does. Exits 1 when nobody watches.",
  options: {},
  run: async (context) => {
    const { clock, document, env, flags, out, signal } = context;
    using history = await openFormerHistory(context);
    const now = clock.now();
    const beat = history?.lastBeat();
    const watched = history !== undefined && history.isWatched(now);
    const service = serviceOf(
      { service: { kind: "systemd-user", unit: guardUnitName } },
      { clock, env, uid: process.getuid?.() ?? -1, home: env["HOME"] ?? "/" },
    );
    const unit = await service.status(signal);
    const firing = watched ? history.stories.firing().length : undefined;
    if (flags.json) {
      document({
        watched,
        lastSeen: beat === undefined ? null : new Date(beat).toISOString(),
        unit: unit.state,
        firing: firing ?? null,
        historyBytes: history?.sizeBytes() ?? null,
      });
    } else {
      out(
        watched
          ? `✅ Watched: a guard or a console was alive ${age(now - (beat ?? now))} ago\n`
          : `❌ Nobody watches${beat === undefined ? ", and nobody ever has" : ` since ${moment(beat)}`}\n     next: clawback guard, or clawback guard install\n`,
      );
      out(`   ${guardUnitName}: ${unit.state}\n`);
      for (const line of unit.evidence) out(`     ${line}\n`);
      if (firing !== undefined) out(`   alerts firing: ${firing}\n`);
      if (history !== undefined) out(`   history: ${bytes(history.sizeBytes())}\n`);
    }
    return watched ? ExitCode.fine : ExitCode.notFine;
  },
});
