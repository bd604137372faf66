import * as z from "zod";
import { choice } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { withTrait } from "../language/trait.ts";
import { mixerSchema } from "./mixers.ts";

const size = wholeNumber(1, 1e7);

function widths() {
  return {
    hiddenSize: size.describe("hidden size of the dense feed-forward"),
    matrices: withTrait(z.union([z.literal(2), z.literal(3)]).default(3), { physical: true }).apply(
      means,
      "3 when gated (SwiGLU), 2 when plain",
    ),
  };
}

/** The part of a layer after its mixer. */
export const feedForwardSchema = choice({
  experts: {},
  dense: () => widths(),
  "dense-and-experts": () => widths(),
  none: {},
});

export type FeedForwardSpec = z.output<typeof feedForwardSchema>;

/** A kind of layer: a mixer, or none, and a feed-forward, or none. */
export const layerKindSchema = z.strictObject({
  mixer: mixerSchema.apply(means, "what mixes tokens"),
  feedForward: feedForwardSchema.apply(
    means,
    "what follows it: experts, those of the model; dense; dense-and-experts, side by side; or none",
  ),
});

export type LayerKindSpec = z.output<typeof layerKindSchema>;
