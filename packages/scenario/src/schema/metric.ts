import { choice } from "./language/choice.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";

/** Numbers about policies, or those of a plug-in. */
export const metricSchema = late(() => choice({ none: {}, bounds: {} })).apply(
  means,
  "further numbers in the report under `metric`; bounds: what no balancer of replicas, and no cache of experts, could have done better, however much it knew; or the word of a plug-in; if unset: none",
);
