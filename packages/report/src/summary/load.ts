import type { Attained, LevelColumns, PrefixFacts, Served, ServedClass } from "../recording/served.ts";
import type { ClassReport, Goodput, KvReport, Levels, Report } from "../schema/report.ts";
import { ratio } from "../statistics/ratio.ts";
import { latencyStats } from "../statistics/stats.ts";
import type { TallyColumns } from "../statistics/tally-columns.ts";
import { withoutDrain } from "./drain.ts";

type LoadReport = Pick<Report, "queueSeconds" | "prefillSeconds" | "itlSeconds" | "goodput" | "attainment" | "classes" | "kv" | "levels">;

/** Report of a scheduler that serves requests as they arrive; null where it has no value. */
export function loadOf(served: Served, horizonNs: number): LoadReport {
  const steadyNs = horizonNs / withoutDrain(served.levels, horizonNs);
  return {
    queueSeconds: stats(served.queueNs, served.unanswered.requests),
    prefillSeconds: stats(served.prefillNs, served.unanswered.requests),
    itlSeconds: stats(served.itlNs, served.unanswered.withGaps),
    goodput: served.attained === undefined || served.decoding !== undefined ? null : goodputOf(served.attained, served.arrived, steadyNs),
    attainment: served.attained === undefined ? null : attainmentOf(served.attained),
    classes: served.classes?.map((each) => classOf(each, steadyNs)) ?? null,
    kv: kvOf(served, horizonNs),
    levels: served.levels === undefined ? null : levelsOf(served.levels, horizonNs),
  };
}

/** Statistics of a latency; each unanswered request that asked for two tokens or more adds one gap that never ends. */
function stats(tally: TallyColumns | undefined, unanswered: number) {
  return tally === undefined ? null : latencyStats(tally, unanswered);
}

/**
 * Goodput; requests whose latencies do not count are assumed to meet targets as often as the others. `steadyNs`: the horizon without its
 * drain.
 */
function goodputOf({ ended, all, outputTokens }: Attained, everybody: number, steadyNs: number): Goodput {
  const weightNs = (steadyNs * ended) / everybody;
  return { requestsPerSecond: ratio(all * 1e9, weightNs), outputTokensPerSecond: ratio(outputTokens * 1e9, weightNs) };
}

function attainmentOf({ ended, all, by }: Attained): Record<string, number> {
  const shares: Record<string, number> = {};
  if (ended === 0) return shares;
  for (const [latency, met] of Object.entries(by)) shares[latency] = met / ended;
  shares["all"] = all / ended;
  return shares;
}

function classOf({ name, arrived, finished, rejected, unanswered, ...each }: ServedClass, steadyNs: number): ClassReport {
  const failed = arrived - finished - rejected;
  return {
    name,
    requests: { arrived, finished, rejected, ...(failed === 0 ? {} : { failed }) },
    ttftSeconds: latencyStats(each.ttftNs, unanswered.requests),
    tpotSeconds: latencyStats(each.tpotNs, unanswered.withGaps),
    e2eSeconds: latencyStats(each.e2eNs, unanswered.requests),
    queueSeconds: latencyStats(each.queueNs, unanswered.requests),
    goodput: goodputOf(each.attained, arrived, steadyNs),
    attainment: attainmentOf(each.attained),
  };
}

function kvOf({ cache, levels, preempted, recomputedTokens }: Served, horizonNs: number): KvReport | null {
  if (cache === undefined) return null;
  const held = levels === undefined ? null : ratio(sum(levels.blocksNs), levels.blocks * horizonNs);
  return {
    blockTokens: cache.blockTokens,
    blocks: cache.blocks,
    meanShare: held,
    peakShare: ratio(cache.peakBlocks, cache.blocks),
    preemptions: preempted ?? 0,
    recomputedTokens: recomputedTokens ?? 0,
    evictions: cache.evictions,
    hitTokens: cache.hitTokens,
    hitShare: ratio(cache.hitTokens, cache.soughtTokens),
    ...(cache.broughtTokens === undefined ? {} : { broughtTokens: cache.broughtTokens }),
    ...(cache.prefix === undefined ? {} : { prefix: prefixOf(cache.prefix, cache.soughtTokens) }),
  };
}

function prefixOf({ hits, keptBlocks, host }: PrefixFacts, soughtTokens: number): NonNullable<KvReport["prefix"]> {
  if (host === undefined) return { hits, keptBlocks };
  const { loadNs, loads, ...facts } = host;
  const hitShare = ratio(host.hitTokens, soughtTokens);
  return { hits, keptBlocks, host: { ...facts, hitShare, loads, meanLoadSeconds: ratio(loadNs / 1e9, loads) } };
}

/** The last bucket is as long as the run was in it. */
function levelsOf(levels: LevelColumns, horizonNs: number): Levels {
  const { bucketNs } = levels;
  const count = Math.min(levels.runningNs.length, Math.ceil(horizonNs / bucketNs));
  const lengthNs = (bucket: number) => Math.min(bucketNs, horizonNs - bucket * bucketNs);
  const series = (of: (bucket: number) => number) => Array.from({ length: count }, (_, bucket) => of(bucket));
  return {
    bucketSeconds: bucketNs / 1e9,
    running: series((b) => levels.runningNs[b]! / lengthNs(b)),
    waiting: series((b) => levels.waitingNs[b]! / lengthNs(b)),
    kvShare: series((b) => levels.blocksNs[b]! / lengthNs(b) / levels.blocks),
    tokensPerPass: series((b) => ratio(levels.tokens[b]!, levels.passes[b]!) ?? 0),
    tokensPerSecond: series((b) => (levels.tokens[b]! * 1e9) / lengthNs(b)),
  };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
