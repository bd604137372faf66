import type { Recording } from "../recording/recording.ts";
import type { Report } from "../schema/report.ts";
import type { CostReport } from "../schema/spending-schema.ts";
import { ratio } from "../statistics/ratio.ts";

/** Cost of the GPUs from the start of the run to its end: hours, dollars, and dollars over tokens. */
export function costOf({ ranks, horizonNs, costUsdPerHour }: Recording, tokens: Report["tokens"]): CostReport {
  const hours = horizonNs / 3.6e12;
  const usd = costUsdPerHour === null ? null : costUsdPerHour * hours;
  const perMillion = (count: number) => (usd === null ? null : ratio(usd * 1e6, count));
  return {
    gpuHours: ranks * hours,
    usd,
    usdPerMillionTokens: perMillion(tokens.prompt + tokens.output),
    usdPerMillionInputTokens: perMillion(tokens.prompt),
    usdPerMillionOutputTokens: perMillion(tokens.output),
  };
}
