import type { Recording } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { Report } from "../schema/report.ts";
import { sumOf } from "../statistics/sum.ts";

const NONE = new Float64Array(0);

/**
 * Tokens that the run is known to have served: the prompts of requests with a first token, the outputs of finished requests,
 * and the first tokens of the others (how far those came is not recorded). Copies over all layers and passes.
 */
export function tokenCounts({ routing }: Recording, { promptTokens, outputTokens }: Served): Report["tokens"] {
  const [prefill, decode] = routing;
  const both = (first: Float64Array | undefined, second: Float64Array | undefined) =>
    first === undefined && second === undefined ? undefined : sumOf(first ?? NONE) + sumOf(second ?? NONE);
  const rerouted = both(prefill.reroutedPerLayer, decode.reroutedPerLayer);
  const masked = both(prefill.maskedPerLayer, decode.maskedPerLayer);
  return {
    prompt: promptTokens,
    output: outputTokens,
    routed: prefill.routed + decode.routed,
    kept: prefill.kept + decode.kept,
    ...(rerouted === undefined ? {} : { rerouted }),
    dropped: prefill.dropped + decode.dropped,
    ...(masked === undefined ? {} : { masked }),
  };
}
