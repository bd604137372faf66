import { ratio } from "./ratio.ts";
import type { Recording } from "./recording.ts";
import type { Report } from "./report.ts";

/**
 * Tokens per second: all over the horizon; prompts until the last first token; outputs after the first from the earliest first token
 * to the end. Null where there was none of it. Per millisecond and GPU the same ÷ 1000 ÷ ranks.
 */
export function throughputOf(recording: Recording, tokens: Report["tokens"]): Report["throughput"] {
  const { horizonNs, ranks, requests } = recording;
  let firstTokens = 0;
  let earliestNs = Infinity;
  let latestNs = 0;
  for (const ns of requests.firstTokenNs) {
    if (Number.isNaN(ns)) continue;
    firstTokens++;
    earliestNs = Math.min(earliestNs, ns);
    latestNs = Math.max(latestNs, ns);
  }
  const decoded = tokens.output - firstTokens;
  const tokensPerSecond = perSecond(tokens.prompt + tokens.output, horizonNs);
  const prefillTokensPerSecond = firstTokens > 0 ? perSecond(tokens.prompt, latestNs) : null;
  const decodeTokensPerSecond = decoded > 0 ? perSecond(decoded, horizonNs - earliestNs) : null;
  const perMsPerGpu = (rate: number | null) => (rate === null ? null : rate / 1000 / ranks);
  return {
    tokensPerSecond,
    prefillTokensPerSecond,
    decodeTokensPerSecond,
    tokensPerMsPerGpu: perMsPerGpu(tokensPerSecond),
    prefillTokensPerMsPerGpu: perMsPerGpu(prefillTokensPerSecond),
    decodeTokensPerMsPerGpu: perMsPerGpu(decodeTokensPerSecond),
  };
}

function perSecond(tokens: number, ns: number): number | null {
  return ratio(tokens * 1e9, ns);
}
