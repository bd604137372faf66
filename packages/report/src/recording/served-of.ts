import { Tally } from "../statistics/tally.ts";
import { REQUEST_STATUS, type RequestColumns } from "./recording.ts";
import type { Served } from "./served.ts";

/** `requests` added up. */
export function servedOf(requests: RequestColumns): Served {
  const { arrivedNs, firstTokenNs, finishedNs, promptTokens, outputTokens, status } = requests;
  const ttftNs = new Tally();
  const tpotNs = new Tally();
  const e2eNs = new Tally();
  const ends = { finished: 0, rejected: 0, failed: 0 };
  const unanswered = { requests: 0, withGaps: 0 };
  let firstTokens = 0;
  let earliestFirstNs = Number.POSITIVE_INFINITY;
  let latestFirstNs = 0;
  let prompt = 0;
  let output = 0;
  for (let request = 0; request < status.length; request++) {
    const finished = status[request] === REQUEST_STATUS.finished;
    if (finished) ends.finished++;
    else if (status[request] === REQUEST_STATUS.rejected) ends.rejected++;
    else if (status[request] === REQUEST_STATUS.failed) ends.failed++;
    if (!finished) {
      unanswered.requests++;
      if (outputTokens[request]! > 1) unanswered.withGaps++;
    }
    const firstNs = firstTokenNs[request]!;
    if (Number.isNaN(firstNs)) continue;
    firstTokens++;
    earliestFirstNs = Math.min(earliestFirstNs, firstNs);
    latestFirstNs = Math.max(latestFirstNs, firstNs);
    prompt += promptTokens[request]!;
    output += finished ? outputTokens[request]! : 1;
    if (!finished) continue;
    ttftNs.put(ttftNs.count, firstNs - arrivedNs[request]!);
    const lastNs = finishedNs[request]!;
    const gaps = outputTokens[request]! - 1;
    if (gaps > 0) tpotNs.put(tpotNs.count, (lastNs - firstNs) / gaps);
    e2eNs.put(e2eNs.count, lastNs - arrivedNs[request]!);
  }
  return {
    arrived: status.length,
    ...ends,
    unanswered,
    firstTokens,
    earliestFirstNs,
    latestFirstNs,
    promptTokens: prompt,
    outputTokens: output,
    ttftNs: ttftNs.columns(),
    tpotNs: tpotNs.columns(),
    e2eNs: e2eNs.columns(),
  };
}
