import * as z from "zod";
import { quantity } from "./quantity.ts";

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

const limit = ({ limit }: Wait) => z.int().min(0).max(1000).default(limit);
const backoff = ({ first, factor, most, jitter }: Wait) => ({
  first: quantity("s").prefault(first).describe("before the first further attempt"),
  factor: z.number().min(1).max(100).default(factor).describe("by which each wait is longer than the one before"),
  most: quantity("s").prefault(most).describe("of one wait, before jitter"),
  jitter: quantity("%", { max: 1 }).prefault(jitter).describe("by so much a wait is shorter or longer at most, by chance"),
});

/** Who tries again what was refused, failed or took too long. */
export const retriesSchema = z
  .strictObject({
    client: z
      .strictObject({
        limit: limit(OF_CLIENT).describe("further attempts of a request, each as if it came anew"),
        timeout: quantity("s", { positive: true })
          .optional()
          .describe("of one attempt until its last token, after which it is cancelled; none: the client waits for ever"),
        backoff: z.strictObject(backoff(OF_CLIENT)).prefault({}).describe("how long it waits before"),
      })
      .optional()
      .describe("who sends requests; none: tries once"),
    router: z
      .strictObject({
        limit: limit(OF_ROUTER).describe("further tries of one attempt of a client, on another replica if there is one"),
        ...backoff(OF_ROUTER),
      })
      .optional()
      .describe("who hands them to replicas; none: tries once"),
    breaker: z
      .strictObject({
        failures: z.int().min(1).max(1_000_000).default(10).describe("in a row, after which a replica gets no requests"),
        window: quantity("s", { positive: true }).prefault("120 s").describe("within which they count"),
        open: quantity("s", { positive: true }).prefault("60 s").describe("for so long; then it is tried again"),
        successes: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(3)
          .describe("after which it counts as whole again; a failure before that opens it anew"),
      })
      .optional()
      .describe("keeps the router from replicas that fail again and again; none: nothing does"),
  })
  .optional()
  .describe("who tries again what was refused, failed or took too long; none: nobody");

export type RetriesSpec = NonNullable<z.output<typeof retriesSchema>>;
export type BackoffSpec = NonNullable<RetriesSpec["client"]>["backoff"];
