import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";

/** Spares for lost parts. */
export const sparesSchema = late(() => {
  const perLayer = wholeNumber(1, 10_000).describe("of each layer with experts, in each replica");

  return choice({
    ranks: { count: wholeNumber(1, 1_000_000).describe("number of spare GPUs, for any replica") },
    "hot-copies": {
      perLayer: perLayer.describe("additional copies of the most popular experts of each layer, in each replica; they also take tokens"),
      place: z
        .enum(["other-node", "any"])
        .default("other-node")
        .apply(means, "where a copy is placed: on a node without its expert, if there is one, or anywhere"),
    },
    standby: { perLayer: perLayer.describe("empty slots of each layer, in each replica, into which experts of lost ranks are loaded") },
  });
}).apply(means, "spares for what is lost; if unset: none");

export type SparesSpec = NonNullable<z.output<typeof sparesSchema>>;
