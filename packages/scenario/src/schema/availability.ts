import * as z from "zod";
import { presettable } from "./preset.ts";
import { quantity } from "./quantity.ts";

const mtbf = (of: string) => quantity("h", { positive: true }).optional().describe(`mean time between failures of ${of}`);

/** How often machines fail over years, for `tokenyard availability`; a run leaves it alone. */
export const availabilitySchema = presettable(
  "availability",
  z.strictObject({
    mtbfPerGpu: mtbf("one GPU, of every cause that stops it; none: that of llama-3"),
    hangs: quantity("%", { max: 1 })
      .optional()
      .describe("share of these failures after which the process is still there but computes nothing; none: 9.9 %"),
    hangFor: quantity("h")
      .optional()
      .describe("time from a hang until somebody has ended it by hand, where nothing else does; none: 2.2 h"),
    mtbfPerNode: mtbf("one node with all of its GPUs, beside what stops single ones; none: never"),
    mtbfPerLink: mtbf("the link of one GPU to the network, beside these; none: never"),
    repair: quantity("h").optional().describe("time from a failure until the GPU may be used again; none: 2.2 h. 0 h: a restart is enough"),
    rate: quantity("requests/s").optional().describe("mean rate of requests; none: that of the workload"),
    inFlight: z
      .number()
      .min(0)
      .max(1e9)
      .optional()
      .describe("mean number of requests that are served at once; none: what a run without faults tells"),
  }),
)
  .optional()
  .describe("how often machines fail over years, for `tokenyard availability`; a run leaves it alone");

export type AvailabilitySpec = NonNullable<z.output<typeof availabilitySchema>>;
