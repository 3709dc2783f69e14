import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import { drainingOf, drainingOptions } from "../takeback/draining.ts";

export const command = defineCommand({
  words: ["snapshots", "restore"],
  summary: "Take a gateway's state back to a snapshot, in place and guarded; or lay it out beside.",
  details: [
    "Shows exactly what will be lost and done, and asks. Then: a snapshot of how it is now, the new state written and",
    "checked beside the old one, the gateway stopped through its own supervisor, the exchange, the start, a comparison",
    "with what was put back. What goes wrong is put back. The old state stays until `clawback restore accept`.",
    "A gateway that does not stop within the budget is left as it is and nothing is restored, unless --kill-when-over.",
    "With --only config a running gateway takes its configuration over without a stop.",
  ].join("\n"),
  operands: { usage: "REF", least: 1, most: 1 },
  options: {
    "dry-run": { kind: "flag", help: "show the plan and do nothing" },
    target: { kind: "text", value: "DIR", help: "lay the snapshot out there; nothing live is touched" },
    only: {
      kind: "texts",
      value: "CLASS|PATH",
      help: "only this: config, credentials, sessions, memory, workspace, agent:ID, a path",
    },
    except: { kind: "texts", value: "CLASS|PATH", help: "all but this" },
    "preserve-memory": { kind: "flag", help: "all but memory: what was remembered since stays" },
    ...drainingOptions,
    reason: { kind: "text", value: "TEXT", help: "why, for the audit log" },
  },
  run: async (context, { options, operands }) => {
    const [ref = ""] = operands;
    if (options.target !== undefined) {
      // What speaks to gateways is not needed to lay files out, and takes longer to load than they take to write.
      const { restoreBeside } = await import("../takeback/restore-beside.ts");
      return await restoreBeside(context, ref, {
        target: resolve(context.cwd, options.target),
        only: options.only,
        except: [...options.except, ...(options["preserve-memory"] ? ["memory"] : [])],
        dryRun: options["dry-run"],
      });
    }
    const { restoreLive } = await import("../takeback/restore-live.ts");
    return await restoreLive(context, ref, {
      only: options.only,
      except: options.except,
      preserveMemory: options["preserve-memory"],
      dryRun: options["dry-run"],
      reason: options.reason,
      draining: drainingOf(options),
    });
  },
});
