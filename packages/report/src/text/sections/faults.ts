import { counted, grouped } from "@tokenyard/scenario";
import type { FaultsReport } from "../../schema/faults-schema.ts";
import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { bytes, percent, seconds } from "../quantity.ts";

type Event = FaultsReport["events"][number];

/** Faults that are listed one by one; the rest is summed in one line. */
const MOST = 12;

/** Faults, their detection and their cost, fault by fault. */
export function faultLines({ faults, seeds }: Report, { ink, width }: Page): string[] {
  if (faults === undefined) return [];
  const { events, coverage, inFlight, downShare } = faults;
  const drawn = (faults.random ?? []).flatMap((facts) => phrases(randomPhrases(facts), "  ", width));
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
  return [
    ink.strong("Faults"),
    ...drawn,
    ...lines,
    ...phrases([...covered, ...delayPhrases(faults), ...down, ...left, ...ofWhich], "  ", width),
  ];
}

/** Time in which collectives stopped for links, by op kind. */
function delayPhrases({ delays = {} }: FaultsReport): string[] {
  return Object.entries(delays).map(
    ([kind, { count, mean, max }]) => `${grouped(count)} ${kind} delayed by ${seconds(mean)} on average, ${seconds(max)} at most`,
  );
}

/** Links that were down, and the reactions of collectives. */
function linkPhrases({ struck, times, downSeconds, retries, gaveUp, localSeconds }: NonNullable<Event["links"]>): string[] {
  return [
    `${counted(struck, "link")} down${times === 1 ? "" : ` ${grouped(times)} times`} for ${seconds(downSeconds)}${times === 1 ? "" : " in all"}`,
    ...(retries === 0 ? [] : [`retried ${often(retries)}`]),
    ...(gaveUp === 0 ? [] : [`gave up ${often(gaveUp)}`]),
    ...(localSeconds === 0 ? [] : [`${seconds(localSeconds)} with local experts`]),
  ];
}

/** Drawn faults, and their acceleration. */
function randomPhrases({ of, mtbfPerGpuHours, acceleration, drawn }: NonNullable<FaultsReport["random"]>[number]): string[] {
  const hastened = acceleration === 1 ? "" : `, accelerated ${grouped(acceleration)} times`;
  return [`${of} at random, once in ${grouped(mtbfPerGpuHours)} h per GPU${hastened}: ${grouped(drawn)} drawn`];
}

function often(times: number): string {
  return times === 1 ? "once" : `${grouped(times)} times`;
}

function eventPhrases(event: Event): string[] {
  const {
    kind,
    atSeconds,
    detectedAtSeconds,
    detectedBy,
    resumedAtSeconds,
    outageSeconds,
    endless,
    ranksLost,
    ranksSlowed,
    slotsLost = 0,
    links,
    requests,
    tokensRecomputed,
    kvBytesLost,
  } = event;
  const what = `${kind} at ${seconds(atSeconds)}`;
  if (ranksSlowed > 0) {
    const end = resumedAtSeconds === null ? "to the end" : `for ${seconds(resumedAtSeconds - atSeconds)}`;
    return [`${what}: ${counted(ranksSlowed, "GPU")} slowed ${end}`];
  }
  if (links !== undefined && links.struck > 0 && outageSeconds === null && endless === undefined) {
    const [first, ...more] = linkPhrases(links);
    return [`${what}: ${first}`, ...more, "collectives only waited"];
  }
  if (outageSeconds === null && endless === undefined) return [`${what} had no effect`];
  const seen = detectedAtSeconds === null ? "not detected" : `detected by ${detectedBy} after ${seconds(detectedAtSeconds - atSeconds)}`;
  const back =
    endless !== undefined
      ? "never serves again"
      : `${resumedAtSeconds === null ? "not recovered in" : "serves again after"} ${seconds(outageSeconds)}`;
  const fates = Object.entries(requests).flatMap(([fate, count]) => (count === 0 ? [] : [`${grouped(count)} ${fate}`]));
  const [first, ...more] =
    links === undefined ? [slotsLost > 0 ? "one slot, its GPU keeps running" : counted(ranksLost, "GPU")] : linkPhrases(links);
  return [
    `${what}: ${first}`,
    ...more,
    seen,
    back,
    fates.length === 0 ? "no request lost" : fates.join(", "),
    ...(tokensRecomputed === 0 ? [] : [`${grouped(tokensRecomputed)} tokens recomputed`]),
    ...(kvBytesLost === 0 ? [] : [`${bytes(kvBytesLost)} of cache lost`]),
    ...lackPhrases(event),
  ];
}

/** Missing experts, and the fates of copies to them. */
function lackPhrases({ expertsMissing, degradedTokens, elsewhere }: Event): string[] {
  const missing = expertsMissing === 0 ? "" : `${counted(expertsMissing, "expert")} missing over all layers, `;
  if (elsewhere === undefined) return missing === "" && degradedTokens === 0 ? [] : [`${missing}${grouped(degradedTokens)} copies masked`];
  const masked = degradedTokens === 0 ? [] : [`${grouped(degradedTokens)} copies masked`];
  return [
    `${missing}${grouped(elsewhere.copies)} copies routed around them`,
    `${percent(elsewhere.gateShare)} of the gate's probability lost`,
    ...masked,
  ];
}
