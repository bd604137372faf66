import { counted, grouped } from "@tokenyard/scenario";
import type { FaultsReport } from "../faults-schema.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { bytes, percent, seconds } from "../quantity.ts";
import type { Report } from "../report.ts";

/** Faults that are told one by one; of more the rest is told in one line. */
const MOST = 12;

/** What broke, who saw it and what it cost, fault by fault. */
export function faultLines({ faults, seeds }: Report, { ink, width }: Page): string[] {
  if (faults === undefined) return [];
  const { events, coverage, inFlight, downShare } = faults;
  const lines = events.slice(0, MOST).flatMap((event) => phrases(eventPhrases(event), "  ", width));
  const rest = events.length - MOST;
  if (rest > 0) lines.push(`  and ${grouped(rest)} more`);
  const ofWhich = seeds === undefined ? [] : [`of seed ${seeds.first}`];
  const left = inFlight === 0 ? [] : [`${counted(inFlight, "request")} still in flight at the end`];
  const down = downShare === null ? [] : [`GPUs down ${percent(downShare)} of the time`];
  const covered =
    coverage === null
      ? []
      : [
          `copies cover the loss of ${coverage.ranks.covered} of ${counted(coverage.ranks.all, "GPU")}, ${coverage.nodes.covered} of ${counted(coverage.nodes.all, "node")}`,
        ];
  return [ink.strong("Faults"), ...lines, ...phrases([...covered, ...down, ...left, ...ofWhich], "  ", width)];
}

function eventPhrases(event: FaultsReport["events"][number]): string[] {
  const {
    kind,
    atSeconds,
    detectedAtSeconds,
    detectedBy,
    resumedAtSeconds,
    outageSeconds,
    ranksLost,
    ranksSlowed,
    slotsLost = 0,
    requests,
    tokensRecomputed,
    kvBytesLost,
    expertsMissing,
    degradedTokens,
  } = event;
  const what = `${kind} at ${seconds(atSeconds)}`;
  if (ranksSlowed > 0) {
    const end = resumedAtSeconds === null ? "to the end" : `for ${seconds(resumedAtSeconds - atSeconds)}`;
    return [`${what}: ${counted(ranksSlowed, "GPU")} slowed ${end}`];
  }
  if (outageSeconds === null) return [`${what} struck nothing`];
  const seen = detectedAtSeconds === null ? "nobody saw it" : `${detectedBy} after ${seconds(detectedAtSeconds - atSeconds)}`;
  const back = resumedAtSeconds === null ? `never back in ${seconds(outageSeconds)}` : `back after ${seconds(outageSeconds)}`;
  const fates = Object.entries(requests).flatMap(([fate, count]) => (count === 0 ? [] : [`${grouped(count)} ${fate}`]));
  return [
    `${what}: ${slotsLost > 0 ? `one slot, its GPU goes on` : counted(ranksLost, "GPU")}`,
    seen,
    back,
    fates.length === 0 ? "no request lost" : fates.join(", "),
    ...(tokensRecomputed === 0 ? [] : [`${grouped(tokensRecomputed)} tokens recomputed`]),
    ...(kvBytesLost === 0 ? [] : [`${bytes(kvBytesLost)} of cache lost`]),
    ...(expertsMissing === 0
      ? []
      : [`${counted(expertsMissing, "expert")} missing over all layers, ${grouped(degradedTokens)} copies masked`]),
  ];
}
