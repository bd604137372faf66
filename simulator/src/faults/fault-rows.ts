import type { FaultRow } from "@tokenyard/report";
import type { Faults } from "./faults.ts";

/** What became of each fault; `kvBytesPerToken` over all layers. */
export function faultRows({ faults, outages, tolls }: Faults, kvBytesPerToken: number): FaultRow[] {
  return faults.map(({ kind, strikes, ranks, slows, slot }, number) => {
    const own = outages.filter(({ fault }) => fault === number);
    const seen = own.filter(({ detectedNs }) => !Number.isNaN(detectedNs));
    const first = seen.length === 0 ? undefined : seen.reduce((before, each) => (each.detectedNs < before.detectedNs ? each : before));
    const { tokensLost, ...toll } = tolls[number]!;
    const isAny = own.length > 0;
    return {
      kind,
      atNs: strikes[0]!.atNs,
      detectedNs: first?.detectedNs ?? Number.NaN,
      detectedBy: first?.detectedBy,
      resumedNs: isAny ? Math.max(...own.map(({ resumedNs }) => resumedNs)) : Number.NaN, // NaN where any has not
      ranksLost: isAny && slows === undefined && slot === undefined ? ranks.length : 0,
      ranksSlowed: slows !== undefined && own.some(({ isOpen, resumedNs }) => isOpen || !Number.isNaN(resumedNs)) ? ranks.length : 0,
      ...(slot === undefined ? {} : { slotsLost: isAny ? 1 : 0 }),
      ...toll,
      kvBytesLost: tokensLost * kvBytesPerToken,
    };
  });
}
