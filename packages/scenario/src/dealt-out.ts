import type { ServingSpec } from "./schema/serving.ts";

type SchedulerSpec = ServingSpec["scheduler"];

/** Whether all requests are dealt out before the run; else they are served as they come. */
export function isDealtOut(scheduler: SchedulerSpec): scheduler is Extract<SchedulerSpec, { readonly kind: "static" }> {
  return scheduler.kind === "static";
}
