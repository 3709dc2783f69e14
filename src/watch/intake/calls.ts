import type { ModelCallFacts } from "../../clients/index.ts";
import { limits, type CallBucket, type GatewayModel } from "../gateway-model.ts";
import { push } from "../ring.ts";
import { percentile } from "../vitals/statistics.ts";

const bucketMs = 10_000;
/** The window that error rate and latency speak of. */
export const callWindowMs = 300_000;

export const withCalls = (gateway: GatewayModel, facts: ModelCallFacts, at: number): GatewayModel => {
  if (facts.completed === 0 && facts.failed === 0) return gateway;
  const slot = Math.floor(at / bucketMs) * bucketMs;
  const last = gateway.calls.at(-1);
  const open: CallBucket =
    last !== undefined && last.at >= slot ? last : { at: slot, completed: 0, failed: 0, durationsMs: [] };
  const lastError = facts.lastError ?? open.lastError;
  const bucket: CallBucket = {
    at: open.at,
    completed: open.completed + facts.completed,
    failed: open.failed + facts.failed,
    durationsMs: [...open.durationsMs, ...facts.durationsMs].slice(-limits.durationsPerBucket),
    ...(lastError === undefined ? {} : { lastError }),
  };
  const before = open === last ? gateway.calls.slice(0, -1) : gateway.calls;
  return withCallVitals({ ...gateway, calls: push(before, bucket, limits.callBuckets) }, at);
};

export type CallTotals = {
  readonly completed: number;
  readonly failed: number;
  readonly lastError: string | undefined;
};

export const callTotals = (
  calls: readonly CallBucket[],
  now: number,
  windowMs = callWindowMs,
): CallTotals => {
  let completed = 0;
  let failed = 0;
  let lastError: string | undefined;
  for (const bucket of calls) {
    if (!isWithin(bucket, now, windowMs)) continue;
    completed += bucket.completed;
    failed += bucket.failed;
    lastError = bucket.lastError ?? lastError;
  }
  return { completed, failed, lastError };
};

const isWithin = ({ at }: CallBucket, now: number, windowMs: number): boolean =>
  at + bucketMs > now - windowMs;

/** The window slides also when nothing comes: with no call in it there is no rate. */
export const withCallVitals = (gateway: GatewayModel, now: number): GatewayModel => {
  if (gateway.calls.length === 0) return gateway;
  const { error_rate: oldRate, model_latency: oldLatency, ...others } = gateway.vitals;
  const { completed, failed } = callTotals(gateway.calls, now);
  const calls = completed + failed;
  if (calls === 0) {
    return oldRate === undefined && oldLatency === undefined ? gateway : { ...gateway, vitals: others };
  }
  const durations = gateway.calls.flatMap((bucket) =>
    isWithin(bucket, now, callWindowMs) ? bucket.durationsMs : [],
  );
  const medianMs = percentile(durations, 0.5);
  return {
    ...gateway,
    vitals: {
      ...others,
      error_rate: { value: failed / calls, at: now },
      ...(medianMs === undefined ? {} : { model_latency: { value: medianMs, at: now } }),
    },
  };
};
