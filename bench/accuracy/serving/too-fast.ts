import { peaksOf } from "@tokenyard/cluster";
import { parametersOf, productPrecisions } from "@tokenyard/model";
import type { Ranks, ServingRun } from "./serving-run.ts";
import { hindrance, scenarioOf } from "./serving-scenario.ts";

/**
 * Share of the datasheet's peak that no run exceeds: large fp8 products reach 58 % of an H100's in the median, and every run has other work
 * too.
 */
export const MOST_OF_PEAK = 2 / 3;

/**
 * Runs of deployments in any run of which all tokens cannot have been computed: its matrices alone would take more than `MOST_OF_PEAK` all the
 * time. Something is on there that was not recorded (prompts that repeat and are found in the cache, say), so none of the deployment is sound.
 */
export function tooFast(runs: readonly ServingRun[]): Set<ServingRun> {
  const sayable = runs.filter((run) => hindrance(run) === undefined);
  const deployments = new Set(sayable.filter((run) => shareOfPeak(run) > MOST_OF_PEAK).map(deploymentOf));
  return new Set(sayable.filter((run) => deployments.has(deploymentOf(run))));
}

/** Whatever its ranks and lengths. */
function deploymentOf({ isDrawn, isTogether, model, gpu, engine, format }: ServingRun): string {
  return [isDrawn, isTogether, model, gpu, engine, format].join(" ");
}

/** Share of the GPUs' peak that two FLOPs for each token and parameter of a layer are, at the rate at which the loop turns; of pools, of those that are busier. */
function shareOfPeak(run: ServingRun): number {
  const { promptTokens, outputTokens, concurrency, ttftSeconds, tpotSeconds, pools } = run;
  const { model, cluster } = scenarioOf(run, "fitted");
  const secondsPerRequest = (ttftSeconds + (outputTokens - 1) * tpotSeconds) / concurrency;
  const { active, embedding, head } = parametersOf(model);
  const peaks = peaksOf(cluster);
  const peak = Math.max(...productPrecisions(model, cluster.gpu).map((precision) => peaks.flopsPerSecond(precision)));
  const share = (tokens: number, gpus: number) =>
    (2 * (active - embedding - head) * (run.isDrawn ? 0.9 : 1) * tokens) / secondsPerRequest / gpus / peak;
  if (pools === undefined) return share(promptTokens + outputTokens, gpusOf(run));
  const [prefill, decode] = [pools.prefill, pools.decode].map((workers) => workers.count * gpusOf(workers));
  return Math.max(share(promptTokens, prefill!), share(outputTokens, decode!));
}

function gpusOf({ attention }: Ranks): number {
  return attention.tensor * attention.data;
}
