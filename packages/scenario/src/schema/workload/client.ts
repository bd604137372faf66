import { means } from "../language/means.ts";
import { quantity } from "../language/quantity.ts";

/** Time of a request outside the server. Source: docs/models/scheduling.md#host-time. */
export const client = quantity("s")
  .optional()
  .apply(
    means,
    "time that each request spends in the client and on its way, which its clock counts in TTFT; benchmark_serving: about 12 ms; if unset: 0 s",
  );
