import type { FaultsReport } from "./faults-schema.ts";
import { ratio } from "./ratio.ts";
import type { FaultRow, Recording } from "./recording.ts";
import type { Served } from "./served.ts";
import { sumOf } from "./sum.ts";

/** What broke, who saw it and what it cost; nothing where the scenario has no faults. */
export function faultsOf({ faults, coverage, downNs, ranks, horizonNs }: Recording, served: Served): { faults?: FaultsReport } {
  if (faults === undefined) return {};
  const { arrived, finished, rejected, failed } = served;
  return {
    faults: {
      events: faults.map((row) => eventOf(row, horizonNs)),
      coverage: coverage ?? null,
      inFlight: arrived - finished - rejected - failed,
      downShare: ratio(sumOf(downNs!), 2 * ranks * horizonNs), // both lanes of a GPU
    },
  };
}

function eventOf(row: FaultRow, horizonNs: number): FaultsReport["events"][number] {
  const {
    kind,
    atNs,
    detectedNs,
    detectedBy,
    resumedNs,
    ranksLost,
    ranksSlowed,
    slotsLost,
    failed,
    requeued,
    migrated,
    tokensRecomputed,
    kvBytesLost,
    expertsMissing,
    degradedTokens,
  } = row;
  const untilNs = Number.isNaN(resumedNs) ? horizonNs : resumedNs;
  return {
    kind,
    atSeconds: atNs / 1e9,
    detectedAtSeconds: secondsOf(detectedNs),
    detectedBy: detectedBy ?? null,
    resumedAtSeconds: secondsOf(resumedNs),
    outageSeconds: ranksLost + (slotsLost ?? 0) === 0 || untilNs < atNs ? null : (untilNs - atNs) / 1e9,
    ranksLost,
    ranksSlowed,
    ...(slotsLost === undefined ? {} : { slotsLost }),
    requests: { failed, requeued, migrated },
    tokensRecomputed,
    kvBytesLost,
    expertsMissing,
    degradedTokens,
  };
}

function secondsOf(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns / 1e9;
}
