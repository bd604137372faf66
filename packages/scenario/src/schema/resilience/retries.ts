import * as z from "zod";
import { late } from "../language/late.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";

interface Wait {
  readonly limit: number;
  readonly first: string;
  readonly factor: number;
  readonly most: string;
  readonly jitter: string;
}

/** As SGLang's router has them. */
const OF_ROUTER: Wait = { limit: 5, first: "50 ms", factor: 1.5, most: "30 s", jitter: "20 %" };
/** As clients of public APIs have them: OpenAI's for Python, and those generated as it is. */
const OF_CLIENT: Wait = { limit: 2, first: "0.5 s", factor: 2, most: "8 s", jitter: "25 %" };

/** Who tries again what was refused, failed or took too long. */
export const retriesSchema = late(() => {
  const limit = ({ limit }: Wait) => wholeNumber(0, 1000).default(limit);
  const backoff = ({ first, factor, most, jitter }: Wait) => ({
    first: quantity("s").prefault(first).describe("backoff before the first retry"),
    factor: boundedNumber(1, 100).default(factor).describe("ratio of each backoff to the one before"),
    most: quantity("s").prefault(most).describe("longest backoff, before jitter"),
    jitter: quantity("%", { max: 1 }).prefault(jitter).describe("largest share by which a backoff is randomly shorter or longer"),
  });

  return z.strictObject({
    client: z
      .strictObject({
        limit: limit(OF_CLIENT).describe("maximum retries of a request, each a new attempt"),
        timeout: quantity("s", { positive: true })
          .optional()
          .describe("timeout of an attempt until its last token, after which it is cancelled; if unset: none"),
        backoff: z.strictObject(backoff(OF_CLIENT)).prefault({}).describe("backoff of the client before each retry"),
      })
      .optional()
      .describe("retries by the client; if unset: none"),
    router: z
      .strictObject({
        limit: limit(OF_ROUTER).describe("maximum retries of one attempt of a client, on another replica if there is one"),
        ...backoff(OF_ROUTER),
      })
      .optional()
      .describe("retries by the router, which sends requests to replicas; if unset: none"),
    breaker: z
      .strictObject({
        failures: wholeNumber(1, 1_000_000).default(10).describe("consecutive failures after which a replica gets no requests"),
        window: quantity("s", { positive: true }).prefault("120 s").describe("time within which failures count"),
        open: quantity("s", { positive: true })
          .prefault("60 s")
          .describe("time for which a replica gets no requests; then it is tried again"),
        successes: wholeNumber(1, 1_000_000)
          .default(3)
          .describe("successes after which the replica counts as healthy again; a failure before that opens the breaker again"),
      })
      .optional()
      .describe("circuit breaker: keeps the router from replicas that fail repeatedly; if unset: none"),
  });
}).describe("retries of requests that were refused, failed or timed out; if unset: none");

export type RetriesSpec = NonNullable<z.output<typeof retriesSchema>>;
export type BackoffSpec = NonNullable<RetriesSpec["client"]>["backoff"];
