import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber } from "../language/number.ts";
import { presettable } from "../language/preset.ts";
import { quantity } from "../language/quantity.ts";

/** How often machines fail over years, for `tokenyard availability`; a run leaves it alone. */
export const availabilitySchema = late(() => {
  const mtbf = (of: string) => quantity("h", { positive: true }).optional().apply(means, `mean time between failures of ${of}`);

  return presettable(
    "availability",
    z.strictObject({
      mtbfPerGpu: mtbf("one GPU, for any cause that stops it; if unset: that of llama-3"),
      hangs: quantity("%", { max: 1 })
        .optional()
        .apply(means, "share of these failures that are hangs: the process is alive but computes nothing; if unset: 9.9 %"),
      hangFor: quantity("h").optional().apply(means, "time until a hang is ended by hand, if nothing else ends it; if unset: 2.2 h"),
      mtbfPerNode: mtbf("one node with all of its GPUs, in addition to failures of single GPUs; if unset: never"),
      mtbfPerLink: mtbf("the link of one GPU to the network, in addition to these; if unset: never"),
      repair: quantity("h")
        .optional()
        .apply(means, "time from a failure until the GPU can be used again; 0 h: a restart is enough; if unset: 2.2 h"),
      rate: quantity("requests/s").optional().apply(means, "mean rate of requests; if unset: that of the workload"),
      inFlight: boundedNumber(0, 1e9).optional().apply(means, "mean number of requests in flight; if unset: that of a run without faults"),
    }),
  );
}).apply(means, "failure rates over years, for `tokenyard availability`; not used in a run");

export type AvailabilitySpec = NonNullable<z.output<typeof availabilitySchema>>;
