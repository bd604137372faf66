import type { Stream, Streams } from "@tokenyard/random";
import type { ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "./expert-choice.ts";
import { PopularityRouter } from "./popularity-router.ts";
import type { TokenRouter } from "./token-router.ts";

/** A gate whose popularity is drawn before the run. */
export interface DrawnGate {
  readonly kind: string;
  /** Whether all layers have the same popularity. */
  readonly shared: boolean;
}

/**
 * The token router of a gate whose experts' weights `draw` draws [experts], adding up to 1: for each layer from the stream
 * `routing/popularity/${layer}`, or once from `routing/popularity` when shared.
 */
export function drawnPopularity(model: ModelSpec, gate: DrawnGate, streams: Streams, draw: (stream: Stream) => Float64Array): TokenRouter {
  const { count = 0, topK = 0 } = model.experts ?? {};
  const choiceOf = (name: string) => new ExpertChoice(draw(streams.stream(name)), topK);
  if (gate.shared) {
    const choice = choiceOf("routing/popularity");
    return new PopularityRouter(gate.kind, count, new Array(model.layers).fill(choice));
  }
  const choices = Array.from({ length: model.layers }, (_, layer) => choiceOf(`routing/popularity/${layer}`));
  return new PopularityRouter(gate.kind, count, choices);
}
