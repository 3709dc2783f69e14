import { threadId } from "node:worker_threads";
import { serve } from "../../../src/core/system/thread-side.ts";
import type { WhereAnswer, WhereJob } from "./where.ts";
import { whereHand } from "./where.ts";

serve<WhereJob, WhereAnswer>(whereHand(threadId));
