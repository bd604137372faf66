import { choice } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";

/** Numbers of one's own about requests; only words of plug-ins give any. */
export const metricSchema = late(() => choice({ none: {} })).apply(
  means,
  "numbers of one's own about requests, in the report under `metric`: the word of a plug-in; if unset: none",
);
