import type { FaultRow } from "@tokenyard/report";
import type { Faults } from "./faults.ts";

/** What became of each fault; `kvBytesPerToken` over all layers. */
export function faultRows({ faults, outages, tolls }: Faults, kvBytesPerToken: number): FaultRow[] {
  return faults.map(({ kind, atNs, ranks, slows }, number) => {
    const own = outages.filter(({ fault }) => fault === number);
    const seen = own.filter(({ detectedNs }) => !Number.isNaN(detectedNs));
    const first = seen.length === 0 ? undefined : seen.reduce((before, each) => (each.detectedNs < before.detectedNs ? each : before));
    const { tokensLost, ...toll } = tolls[number]!;
    return {
      kind,
      atNs,
      detectedNs: first?.detectedNs ?? Number.NaN,
      detectedBy: first?.detectedBy,
      resumedNs: own.length === 0 ? Number.NaN : Math.max(...own.map(({ resumedNs }) => resumedNs)), // NaN where any has not
      ranksLost: own.length === 0 || slows !== undefined ? 0 : ranks.length,
      ranksSlowed: slows !== undefined && own.some(({ isOpen, resumedNs }) => isOpen || !Number.isNaN(resumedNs)) ? ranks.length : 0,
      ...toll,
      kvBytesLost: tokensLost * kvBytesPerToken,
    };
  });
}
