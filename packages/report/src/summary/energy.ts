import type { Recording } from "../recording/recording.ts";
import type { Report } from "../schema/report.ts";
import type { EnergyReport } from "../schema/spending-schema.ts";
import { ratio } from "../statistics/ratio.ts";

const JOULES_PER_KWH = 3.6e6;

/** Energy of the run, by token, and its emissions; null without a known power. */
export function energyOf({ energy, ranks, horizonNs }: Recording, tokens: Report["tokens"]): EnergyReport | null {
  if (energy === null) return null;
  const { gpuJoules, pue, gramsPerKwh } = energy;
  const joules = gpuJoules * pue;
  const grams = gramsPerKwh === null ? null : (joules / JOULES_PER_KWH) * gramsPerKwh;
  const all = tokens.prompt + tokens.output;
  return {
    joules,
    wattsPerGpu: ratio(gpuJoules * 1e9, ranks * horizonNs),
    joulesPerToken: ratio(joules, all),
    joulesPerOutputToken: ratio(joules, tokens.output),
    grams,
    gramsPerMillionTokens: grams === null ? null : ratio(grams * 1e6, all),
  };
}
