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

/** Draws the weights of a layer's experts, [experts], adding up to 1. */
export type DrawWeights = (stream: Stream, experts: number) => Float64Array;

/** The token router of a gate that draws: for each layer from the stream `routing/popularity/${layer}`, or once from `routing/popularity` when shared. */
export function drawnPopularity(model: ModelSpec, gate: DrawnGate, streams: Streams, draw: DrawWeights): TokenRouter {
  const { count = 0, topK = 0 } = model.experts ?? {};
  const choiceOf = (name: string) => new ExpertChoice(draw(streams.stream(name), count), topK);
  if (gate.shared) {
    const choice = choiceOf("routing/popularity");
    return new PopularityRouter(gate.kind, new Array(model.layers).fill(choice));
  }
  const choices = Array.from({ length: model.layers }, (_, layer) => choiceOf(`routing/popularity/${layer}`));
  return new PopularityRouter(gate.kind, choices);
}
