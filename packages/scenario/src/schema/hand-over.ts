import * as z from "zod";
import { choice } from "./language/choice.ts";
import { means } from "./language/means.ts";
import { quantity } from "./language/quantity.ts";

const setUp = () => ({
  setup: quantity("s")
    .optional()
    .apply(
      means,
      "time of the connector before it moves the cache of a request, in which its data groups send and receive no other; if unset: 0 s",
    ),
});

/** How a request goes from the pool that computes its prompt to the one that decodes. Source: docs/models/caches.md#pools. */
export const handOverKeys = {
  kvTransfer: choice({ "after-prefill": setUp, "by-layer": setUp })
    .optional()
    .apply(means, "when the cache moves from the prefill pool to the decode pool; if unset: after-prefill, if there are pools"),
  firstToken: z
    .enum(["prefill", "decode"])
    .optional()
    .apply(
      means,
      "which pool gives a client the first token; prefill: that which computed it, at once; decode: the other, with its first step for the request; if unset: prefill, if there are pools",
    ),
};
