import * as z from "zod";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";

interface Wait {
  readonly limit: number;
  readonly first: string;
  readonly factor: number;
  readonly most: string;
  readonly jitter: string;
}

/** Waits of SGLang's router. */
const OF_ROUTER: Wait = { limit: 5, first: "50 ms", factor: 1.5, most: "30 s", jitter: "20 %" };
/** Waits of clients of public APIs, such as OpenAI's for Python, and others from the same generator. */
const OF_CLIENT: Wait = { limit: 2, first: "0.5 s", factor: 2, most: "8 s", jitter: "25 %" };

/** Retries of requests that were refused, failed or took too long. */
export const retriesSchema = late(() => {
  const limit = ({ limit }: Wait) => wholeNumber(0, 1000).default(limit);
  const backoff = ({ first, factor, most, jitter }: Wait) => ({
    first: quantity("s").prefault(first).apply(means, "backoff before the first retry"),
    factor: boundedNumber(1, 100).default(factor).apply(means, "ratio of each backoff to the one before"),
    most: quantity("s").prefault(most).apply(means, "longest backoff, before jitter"),
    jitter: quantity("%", { max: 1 }).prefault(jitter).apply(means, "largest share by which a backoff is randomly shorter or longer"),
  });

  return z.strictObject({
    client: z
      .strictObject({
        limit: limit(OF_CLIENT).describe("maximum retries of a request, each a new attempt"),
        timeout: quantity("s", { positive: true })
          .optional()
          .apply(means, "timeout of an attempt until its last token, after which it is cancelled; if unset: none"),
        backoff: z.strictObject(backoff(OF_CLIENT)).prefault({}).apply(means, "backoff of the client before each retry"),
      })
      .optional()
      .apply(means, "retries by the client; if unset: none"),
    router: z
      .strictObject({
        limit: limit(OF_ROUTER).describe("maximum retries of one attempt of a client, on another replica if there is one"),
        ...backoff(OF_ROUTER),
      })
      .optional()
      .apply(means, "retries by the router, which sends requests to replicas; if unset: none"),
    breaker: z
      .strictObject({
        failures: wholeNumber(1, 1_000_000).default(10).apply(means, "consecutive failures after which a replica gets no requests"),
        window: quantity("s", { positive: true }).prefault("120 s").apply(means, "time within which failures count"),
        open: quantity("s", { positive: true })
          .prefault("60 s")
          .apply(means, "time for which a replica gets no requests; then it is tried again"),
        successes: wholeNumber(1, 1_000_000)
          .default(3)
          .apply(means, "successes after which the replica counts as healthy again; a failure before that opens the breaker again"),
      })
      .optional()
      .apply(means, "circuit breaker: keeps the router from replicas that fail repeatedly; if unset: none"),
  });
}).apply(means, "retries of requests that were refused, failed or timed out; if unset: none");

export type RetriesSpec = NonNullable<z.output<typeof retriesSchema>>;
export type BackoffSpec = NonNullable<RetriesSpec["client"]>["backoff"];
