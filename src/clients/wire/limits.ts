/**
 * What one peer may cost us, whoever it is. Every bound is counted when it bites (`refused` in the cost of a watch),
 * and none of them depends on the peer's own policy being honest.
 */
export const limits = {
  /** The transport ends the connection beyond this. A gateway's own policy allows 25 MiB; nothing we read needs it. */
  frameBytes: 16 * 1024 * 1024,
  /** A frame that has to be parsed may be this long; a page of 200 sessions is about 0.5 MB. */
  parsedBytes: 4 * 1024 * 1024,
  /** Before hello-ok (23 kB) there is nothing longer to say. */
  handshakeBytes: 1024 * 1024,
  /** Beyond these the socket is not read for a while: nothing is lost, the peer waits. */
  framesPerSecond: 2_000,
  bytesPerSecond: 32 * 1024 * 1024,
} as const;

/** A bucket that holds a second's worth and refills steadily; `take` says how long to wait before reading on. */
export type Bucket = { readonly take: (amount: number, nowMs: number) => number };

export const bucketOf = (perSecond: number): Bucket => {
  let level = perSecond;
  let last: number | undefined;
  return {
    take: (amount, nowMs) => {
      const passedMs = Math.max(0, nowMs - (last ?? nowMs));
      last = nowMs;
      level = Math.min(perSecond, level + (passedMs * perSecond) / 1_000) - amount;
      return level >= 0 ? 0 : Math.ceil((-level * 1_000) / perSecond);
    },
  };
};
