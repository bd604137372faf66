import type { MeasuredRequest, MeasuredRun, Spread } from "./run/measured-run.ts";

/** Spread of fixed outputs around their mean: in servers that compute prompts beside decoding, no two requests stay in step. */
const SPREAD_TOKENS = 13;
/** Half the width of lengths that are drawn from 80 to 100 % of the longest, over their mean. */
const DRAWN = 1 / 9;
/** 90th percentile of a uniform draw, scaled so that its median is 0 and its maximum 1. */
const UNIFORM_P90 = 0.8;
/** p99 − p50 over p90 − p50 is 1.2 of a uniform draw, and 1.8 or more of those with a tail. */
const TAIL = 1.5;
/** The 90th percentile of a normal draw, in standard deviations. */
const NORMAL_P90 = 1.2815515655446004;

/**
 * Lengths of its requests as a workload states them, by the run's data: each, percentiles, or the mean; undefined if it has none, or zero.
 */
export function lengthsOf(run: MeasuredRun): object | undefined {
  const { promptTokens: prompts, outputTokens: outputs } = run;
  if (!prompts?.mean || !outputs?.mean) return undefined;
  const listed = (run.each ?? []).filter(({ failed }) => !failed);
  if (isListed(listed) && new Set(listed.map(({ outputTokens }) => outputTokens)).size > 1)
    return { pairs: listed.map(({ promptTokens, outputTokens }) => ({ promptTokens: promptTokens!, outputTokens })) };
  // a mean of fixed lengths is whole; tokens of a fixed prompt are counted a little differently by some tokenizers
  const isDrawn = !Number.isInteger(outputs.mean);
  const prompt = Math.max(1, Math.round(prompts.mean));
  const promptTokens =
    ofPercentiles(prompts) ?? (isDrawn && !Number.isInteger(prompts.mean) ? within(prompts.mean, DRAWN * prompts.mean) : prompt);
  return {
    promptTokens,
    outputTokens: ofPercentiles(outputs) ?? (isDrawn ? within(outputs.mean, DRAWN * outputs.mean) : fixedOutput(run, outputs.mean)),
  };
}

function isListed(each: readonly MeasuredRequest[]): boolean {
  return each.length > 0 && each.every(({ promptTokens, outputTokens }) => promptTokens !== null && promptTokens > 0 && outputTokens > 0);
}

/** SGLang computes prompts alone, which keeps users in step, as measured: docs/accuracy/serving.md. */
function fixedOutput({ engine }: MeasuredRun, mean: number): object | number {
  const tokens = Math.max(1, Math.round(mean));
  return engine.name === "sglang" ? tokens : within(tokens, Math.min(SPREAD_TOKENS, tokens - 1));
}

/** Drawn so that median and 90th percentile are those of the run; undefined where these are not known, or the same. */
function ofPercentiles({ mean, p50, p90, p99 }: Spread): object | undefined {
  if (mean === null || p50 === null || p90 === null || !(p90 > p50) || p50 < 1) return undefined;
  if (p99 !== null && p99 - p50 < TAIL * (p90 - p50)) return within(p50, (p90 - p50) / UNIFORM_P90);
  return { kind: "lognormal", mean, sigma: Math.log(p90 / p50) / NORMAL_P90 };
}

function within(middle: number, half: number): object {
  return { kind: "uniform", from: Math.max(1, Math.round(middle - half)), to: Math.max(1, Math.round(middle + half)) };
}
