import { serve } from "../system/thread-side.ts";
import { clean } from "./clean-crew.ts";

/** One thread that makes staged databases ready. */
serve(clean);
