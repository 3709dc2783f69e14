import { largeModel, smallModel } from "../cast.ts";
import { channelsStatus } from "../channels.ts";
import { thinking } from "../session-row.ts";
import { says, type Answer } from "./answer.ts";

/** What there is: agents, models, channels, jobs, tasks, paired devices. */
export const catalogueAnswers: Readonly<Record<string, Answer>> = {
  "agents.list": {
    scope: "operator.read",
    slow: true,
    answer: (gateway) =>
      says({
        defaultId: gateway.cast.agents[0],
        ownership: "sole",
        selectionRequired: false,
        mainKey: "main",
        scope: "per-sender",
        agents: gateway.agents().map((id) => ({
          id,
          workspace: `${gateway.stateDir}/workspace`,
          workspaceGit: false,
          agentRuntime: implicitRuntime,
          ...thinking,
          model: { primary: `${largeModel.provider}/${largeModel.id}` },
          defaultPermissionMode: "full",
        })),
      }),
  },
  "models.list": {
    scope: "operator.read",
    answer: () =>
      says({
        models: [largeModel, smallModel].map((model) => ({
          id: model.id,
          name: model.name,
          provider: model.provider,
          contextWindow: model.windowTokens,
          reasoning: false,
          tags: model === largeModel ? ["default"] : [],
          thinkingLevels: thinking.thinkingLevels,
          thinkingDefault: thinking.thinkingDefault,
          available: true,
        })),
      }),
  },
  "channels.status": {
    scope: "operator.read",
    answer: (gateway) =>
      says(channelsStatus(gateway.channels(), gateway.timers.now(), gateway.vitals().eventLoop)),
  },
  "cron.list": {
    scope: "operator.read",
    answer: (gateway) => says(gateway.state.cronList(gateway.timers.now())),
  },
  "tasks.list": { scope: "operator.read", answer: () => says({ tasks: [] }) },
  "device.pair.list": {
    scope: "operator.pairing",
    answer: (gateway) => says({ pending: [], paired: gateway.state.pairedDevices() }),
  },
};

export const implicitRuntime = {
  id: "auto",
  cloudPlacementSupported: false,
  devicePlacementSupported: false,
  source: "implicit",
} as const;
