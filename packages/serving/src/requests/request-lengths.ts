import { categorical, exp, ln, normal, type Stream, type Streams } from "@tokenyard/random";
import type { DrawnCount, LengthsSpec } from "@tokenyard/scenario";
import { drawCount, rounded } from "../batches/drawn-count.ts";
import type { ArrivingRequest } from "./arriving-request.ts";

/** Lengths, and how much of prompts is cached when they come. */
export interface ArrivingLengths extends LengthsSpec {
  readonly cachedTokens?: DrawnCount | undefined;
}

/** Writes a request's promptTokens, outputTokens and cachedTokens. */
export interface RequestLengths {
  draw(out: ArrivingRequest): void;
}

/**
 * Draws prompts from the stream `under`/prompt-tokens and outputs from `under`/output-tokens, so that another distribution of the one does
 * not change the other; pairs come from `under`/pairs, and cached tokens from `under`/cached-tokens.
 */
export function requestLengths(spec: ArrivingLengths, streams: Streams, under = "workload"): RequestLengths {
  const lengths = uncachedLengths(spec, streams, under);
  if (spec.cachedTokens === undefined) return lengths;
  const cached = drawCount(spec.cachedTokens, streams.stream(`${under}/cached-tokens`));
  return {
    draw(out) {
      lengths.draw(out);
      out.cachedTokens = Math.min(cached(), out.promptTokens - 1); // a token is computed, or none could be put out
    },
  };
}

function uncachedLengths(spec: LengthsSpec, streams: Streams, under: string): RequestLengths {
  if (spec.pairs !== undefined) return pairs(spec.pairs, streams.stream(`${under}/pairs`));
  const { promptTokens, outputTokens, correlation } = spec;
  if (promptTokens === undefined || outputTokens === undefined) throw new Error("lengths were checked, yet there are none");
  const forPrompts = streams.stream(`${under}/prompt-tokens`);
  const forOutputs = streams.stream(`${under}/output-tokens`);
  if (correlation === undefined) return apart(drawCount(promptTokens, forPrompts), drawCount(outputTokens, forOutputs));
  if (promptTokens.kind !== "lognormal" || outputTokens.kind !== "lognormal") throw new Error("only lognormal lengths are correlated");
  return correlated(promptTokens, outputTokens, correlation, forPrompts, forOutputs);
}

function apart(prompt: () => number, output: () => number): RequestLengths {
  return {
    draw(out) {
      out.promptTokens = prompt();
      out.outputTokens = output();
    },
  };
}

type Lognormal = Extract<DrawnCount, { kind: "lognormal" }>;

/** The logarithms are normal in two dimensions: z of the output is ρ times that of the prompt and √(1 − ρ²) times one of its own. */
function correlated(prompt: Lognormal, output: Lognormal, correlation: number, forPrompts: Stream, forOutputs: Stream): RequestLengths {
  const own = Math.sqrt(1 - correlation * correlation);
  return {
    draw(out) {
      const z = normal(forPrompts);
      out.promptTokens = lognormalCount(prompt, z);
      out.outputTokens = lognormalCount(output, correlation * z + own * normal(forOutputs));
    },
  };
}

/** Draws like `drawCount`, from a standard normal number. */
function lognormalCount({ mean, sigma, from, to }: Lognormal, z: number): number {
  return rounded(exp(ln(mean) - (sigma * sigma) / 2 + sigma * z), from, to);
}

function pairs(values: NonNullable<LengthsSpec["pairs"]>, stream: Stream): RequestLengths {
  const cumulative = new Float64Array(values.length);
  let total = 0;
  for (const [i, { weight }] of values.entries()) {
    total += weight;
    cumulative[i] = total;
  }
  return {
    draw(out) {
      const pair = values[categorical(stream, cumulative)]!;
      out.promptTokens = pair.promptTokens;
      out.outputTokens = pair.outputTokens;
    },
  };
}
