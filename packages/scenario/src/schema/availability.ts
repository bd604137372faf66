import * as z from "zod";
import { presettable } from "./preset.ts";
import { quantity } from "./quantity.ts";

const mtbf = (of: string) => quantity("h", { positive: true }).optional().describe(`mean time between failures of ${of}`);

/** How often machines fail over years, for `tokenyard availability`; a run leaves it alone. */
export const availabilitySchema = presettable(
  "availability",
  z.strictObject({
    mtbfPerGpu: mtbf("one GPU, with all that stops it; none: that of llama-3"),
    hangs: quantity("%", { max: 1 })
      .optional()
      .describe("share of these after which the process is there still, and computes nothing; none: 9.9 %"),
    hangFor: quantity("h").optional().describe("from then until somebody has ended it by hand, where nothing else does; none: 2.2 h"),
    mtbfPerNode: mtbf("one node with all of its GPUs, beside what stops single ones; none: never"),
    mtbfPerLink: mtbf("the link of one GPU to the network, beside these; none: never"),
    repair: quantity("h").optional().describe("from a failure until the GPU may be used again; none: 2.2 h. 0 h: a restart is enough"),
    rate: quantity("requests/s").optional().describe("requests that come, in the mean; none: those of the workload"),
    inFlight: z
      .number()
      .min(0)
      .max(1e9)
      .optional()
      .describe("requests that are served at once, in the mean; none: what a run without faults tells"),
  }),
)
  .optional()
  .describe("how often machines fail over years, for `tokenyard availability`; a run leaves it alone");

export type AvailabilitySpec = NonNullable<z.output<typeof availabilitySchema>>;
