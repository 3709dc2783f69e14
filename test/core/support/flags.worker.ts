import { cachedDataVersionTag } from "node:v8";
import { serve } from "../../../src/core/system/thread-side.ts";

/** Under which flags the code of a thread was loaded. */
const loadedUnder = cachedDataVersionTag();

serve(async () => loadedUnder);
