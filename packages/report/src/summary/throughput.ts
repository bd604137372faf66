import type { Recording } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";
import { withoutDrain } from "./drain.ts";

/**
 * Requests per second, without the drain after the last arrival. Tokens per second: all over the horizon; prompts until the last first token; outputs after the first from the earliest first token
 * to the end. Null where there was none of it. Per millisecond and GPU the same ÷ 1000 ÷ ranks.
 */
export function throughputOf(recording: Recording, served: Served, tokens: Report["tokens"]): Report["throughput"] {
  const { horizonNs, ranks } = recording;
  const { firstTokens } = served;
  const decoded = tokens.output - firstTokens;
  const tokensPerSecond = perSecond(tokens.prompt + tokens.output, horizonNs);
  const prefillTokensPerSecond = firstTokens > 0 ? perSecond(tokens.prompt, served.latestFirstNs) : null;
  const decodeTokensPerSecond = decoded > 0 ? perSecond(decoded, horizonNs - served.earliestFirstNs) : null;
  const perMsPerGpu = (rate: number | null) => (rate === null ? null : rate / 1000 / ranks);
  return {
    requestsPerSecond: perSecond(served.finished * withoutDrain(served.levels, horizonNs), horizonNs),
    tokensPerSecond,
    prefillTokensPerSecond,
    decodeTokensPerSecond,
    tokensPerMsPerGpu: perMsPerGpu(tokensPerSecond),
    prefillTokensPerMsPerGpu: perMsPerGpu(prefillTokensPerSecond),
    decodeTokensPerMsPerGpu: perMsPerGpu(decodeTokensPerSecond),
  };
}

function perSecond(count: number, ns: number): number | null {
  return ratio(count * 1e9, ns);
}
