import type { Recording } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { RetriesReport } from "../schema/retries-schema.ts";
import { ratio } from "../statistics/ratio.ts";

/** Attempts beside requests, and their cost; empty if clients do not retry. */
export function retriesOf({ retries, horizonNs }: Recording, { arrived }: Served): { retries?: RetriesReport } {
  if (retries === undefined) return {};
  const { attempts, byClient, byRouter, refused, failed, timedOut, breakers, bucketNs } = retries;
  const wasted = retries.wastedPromptTokens + retries.wastedOutputTokens;
  const count = Math.min(retries.attemptsIn.length, Math.ceil(horizonNs / bucketNs));
  const seconds = (bucket: number) => Math.min(bucketNs, horizonNs - bucket * bucketNs) / 1e9;
  const rates = (sums: Float64Array) => Array.from({ length: count }, (_, bucket) => sums[bucket]! / seconds(bucket));
  return {
    retries: {
      attempts,
      attemptsPerRequest: ratio(attempts, arrived),
      byClient,
      byRouter,
      refused,
      failed,
      timedOut,
      wasted: {
        promptTokens: retries.wastedPromptTokens,
        outputTokens: retries.wastedOutputTokens,
        share: ratio(wasted, wasted + retries.answeredTokens),
      },
      breakers: breakers === undefined ? null : { opened: breakers.opened, openSeconds: breakers.openNs / 1e9 },
      levels: {
        bucketSeconds: bucketNs / 1e9,
        attemptsPerSecond: rates(retries.attemptsIn),
        wastedTokensPerSecond: rates(retries.wastedTokensIn),
      },
    },
  };
}
