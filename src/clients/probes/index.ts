/**
 * What can be learnt of a gateway over HTTP alone: health in the shapes that OpenClaw, its predecessors and others
 * answer with, readiness, the phase of a start, and Prometheus text. A page of HTML is never health, a redirect to
 * another host is never followed, and nothing a peer sends is read without a bound. What these probes cannot know
 * (sessions, channels, turns) they do not guess.
 */
export { type ProbeReport, probeGateway } from "./probe-gateway.ts";
export { type HttpWatch, watchHttp, watchMetrics } from "./watch-http.ts";
