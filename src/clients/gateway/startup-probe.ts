import { get } from "node:http";
import * as z from "zod";
import { softLine, softNumber } from "../wire/soft.ts";

/** What `/startupz` says while nobody can connect yet: asked only between attempts, on plain addresses. */
export type StartupProbe =
  | { readonly kind: "refused" }
  | { readonly kind: "starting"; readonly uptimeMs: number | undefined; readonly pending: string | undefined }
  /** Started, or not a gateway that has this probe: try to connect. */
  | { readonly kind: "try" };

const startupSchema = z.object({
  status: z.literal("starting"),
  uptimeMs: softNumber,
  pendingReason: softLine(100),
});

const bodyMaxBytes = 16_384;

export const probeStartup = (
  httpAddress: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StartupProbe> =>
  new Promise((resolve) => {
    const request = get(
      `${httpAddress}/startupz`,
      { timeout: timeoutMs, signal, agent: false, headers: { accept: "application/json" } },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          body += text;
          if (body.length > bodyMaxBytes) response.destroy();
        });
        response.on("close", () => {
          resolve(readStartup(body));
        });
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", (error) => {
      resolve("code" in error && error.code === "ECONNREFUSED" ? { kind: "refused" } : { kind: "try" });
    });
  });

const readStartup = (body: string): StartupProbe => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "try" };
    throw error;
  }
  const read = startupSchema.safeParse(value);
  if (!read.success) return { kind: "try" };
  return { kind: "starting", uptimeMs: read.data.uptimeMs, pending: read.data.pendingReason };
};
