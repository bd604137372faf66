import type { FaultRow, LinksRow } from "../recording/fault-rows.ts";
import type { Recording } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { FaultsReport } from "../schema/faults-schema.ts";
import { ratio } from "../statistics/ratio.ts";
import { secondsStats } from "../statistics/stats.ts";
import { sumOf } from "../statistics/sum.ts";

/** Faults, their detection and their cost; empty if the scenario has no faults. */
export function faultsOf(
  { faults, coverage, downNs, ranks, horizonNs, opKinds, delaysNs, randomFaults }: Recording,
  served: Served,
): { faults?: FaultsReport } {
  if (faults === undefined) return {};
  const { arrived, finished, rejected, failed } = served;
  const events = faults.map((row) => eventOf(row, horizonNs));
  const struck = events.filter((_, at) => faults[at]!.atNs <= horizonNs);
  const endless = struck.filter((event) => event.endless).length;
  return {
    faults: {
      ...(randomFaults === undefined ? {} : { random: randomFaults.map((facts) => ({ ...facts })) }),
      events,
      longestOutageSeconds:
        struck.length === 0 || endless > 0 ? null : struck.reduce((most, { outageSeconds }) => Math.max(most, outageSeconds ?? 0), 0),
      ...(endless === 0 ? {} : { endless }),
      coverage: coverage ?? null,
      ...(delaysNs === undefined ? {} : { delays: delaysOf(opKinds, delaysNs) }),
      inFlight: arrived - finished - rejected - failed,
      downShare: ratio(sumOf(downNs!), 2 * ranks * horizonNs), // both lanes of a GPU
    },
  };
}

/** Whether a fault stopped a replica. */
export function hasOutage(faults: FaultsReport | undefined): boolean {
  return faults?.events.some(({ outageSeconds, endless }) => endless === true || (outageSeconds ?? 0) > 0) ?? false;
}

/** Delays by op kind. */
function delaysOf(opKinds: Recording["opKinds"], delaysNs: NonNullable<Recording["delaysNs"]>): FaultsReport["delays"] {
  return Object.fromEntries(
    opKinds.flatMap(({ name }, kind) => {
      const stats = secondsStats(delaysNs[kind]!);
      return stats === null ? [] : [[name, { ...stats, count: delaysNs[kind]!.count }]];
    }),
  );
}

function eventOf(row: FaultRow, horizonNs: number): FaultsReport["events"][number] {
  const {
    kind,
    atNs,
    detectedNs,
    detectedBy,
    resumedNs,
    openUntilNs,
    ranksLost,
    ranksSlowed,
    drawnFrom,
    slotsLost,
    links,
    failed,
    requeued,
    migrated,
    tokensRecomputed,
    kvBytesLost,
    expertsMissing,
    degradedTokens,
    elsewhere,
  } = row;
  const untilNs = Number.isNaN(resumedNs) ? Math.max(horizonNs, openUntilNs) : resumedNs;
  const stops = ranksLost + (slotsLost ?? 0) + (links?.stops ?? 0) > 0 && untilNs >= atNs;
  const isEndless = stops && untilNs === Number.POSITIVE_INFINITY;
  return {
    kind,
    atSeconds: atNs / 1e9,
    detectedAtSeconds: secondsOf(detectedNs),
    detectedBy: detectedBy ?? null,
    resumedAtSeconds: secondsOf(resumedNs),
    outageSeconds: stops && !isEndless ? (untilNs - atNs) / 1e9 : null,
    ...(isEndless ? { endless: true as const } : {}),
    ranksLost,
    ranksSlowed,
    ...(drawnFrom === undefined ? {} : { drawnFrom }),
    ...(slotsLost === undefined ? {} : { slotsLost }),
    ...(links === undefined ? {} : { links: linksOf(links) }),
    requests: { failed, requeued, migrated },
    tokensRecomputed,
    kvBytesLost,
    expertsMissing,
    degradedTokens,
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

function linksOf({
  struck,
  times,
  downNs,
  stops,
  retries,
  gaveUp,
  localNs,
}: LinksRow): NonNullable<FaultsReport["events"][number]["links"]> {
  return { struck, times, downSeconds: downNs / 1e9, stops, retries, gaveUp, localSeconds: localNs / 1e9 };
}

function secondsOf(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns / 1e9;
}
