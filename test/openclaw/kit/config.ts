export type Scene = {
  readonly port: number;
  readonly token: string;
  readonly workspace: string;
  readonly logFile: string;
  readonly modelUrl: string;
  readonly windowTokens: number;
  readonly telegramRoot: string | undefined;
  readonly tls: boolean;
  readonly lan: boolean;
};

/** The smallest configuration that boots against the mock provider and never speaks to the internet. */
export const configOf = (scene: Scene): Record<string, unknown> => ({
  gateway: {
    // Mandatory once a configuration file exists: without it the start is blocked with exit code 78.
    mode: "local",
    bind: scene.lan ? "lan" : "loopback",
    ...(scene.tls ? { tls: { enabled: true } } : {}),
    port: scene.port,
    auth: { mode: "token", token: scene.token },
    // Lets a test play a remote client with X-Forwarded-For.
    trustedProxies: ["127.0.0.1"],
  },
  logging: { file: scene.logFile },
  update: { checkOnStart: false },
  models: {
    mode: "replace",
    providers: {
      mock: {
        baseUrl: scene.modelUrl,
        apiKey: "mock-key",
        api: "openai-completions",
        models: [
          {
            id: "mock-1",
            name: "Mock One",
            reasoning: false,
            input: ["text"],
            cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
            contextWindow: scene.windowTokens,
            maxTokens: 2048,
          },
        ],
      },
    },
  },
  agents: {
    defaults: { model: { primary: "mock/mock-1" }, workspace: scene.workspace, skipBootstrap: true },
  },
  ...(scene.telegramRoot === undefined
    ? {}
    : {
        channels: {
          telegram: {
            enabled: true,
            botToken: "123456:not-a-real-token",
            apiRoot: scene.telegramRoot,
            dmPolicy: "pairing",
          },
        },
        plugins: { entries: { telegram: { enabled: true } } },
      }),
});
