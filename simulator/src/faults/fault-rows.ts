import type { FaultRow, LinksRow, RandomFaultFacts } from "@tokenyard/report";
import { type EnteredFault, type Fault, isAnyHealth, lossPolicyOf, randomEntries } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { Faults } from "./faults.ts";
import type { Outage } from "./outages/outage.ts";

/** Outcome of each fault until `horizonNs`. */
export function faultRows(struck: Faults, scenario: Scenario, horizonNs: number): FaultRow[] {
  const { faults, outages, tolls } = struck;
  const { model } = scenario;
  const isAround = isAnyHealth(scenario, ({ onLoss }) => lossPolicyOf(onLoss).detours);
  return faults.map((fault, number) => {
    const { kind, strikes, ranks, slows, slot, ofLinks, isDrawn, entry } = fault;
    const own = outages.filter((outage) => outage.fault === number);
    const seen = own.filter(({ detectedNs }) => !Number.isNaN(detectedNs));
    const first = seen.length === 0 ? undefined : seen.reduce((before, each) => (each.detectedNs < before.detectedNs ? each : before));
    const { bytesLost, elsewhereTokens, mostMissing, gateShare, ...toll } = tolls[number]!;
    const elsewhere = { copies: elsewhereTokens, gateShare, mostMissing, experts: model.experts?.count ?? 0 };
    const isAny = own.length > 0;
    return {
      kind,
      atNs: strikes[0]!.atNs,
      detectedNs: first?.detectedNs ?? Number.NaN,
      detectedBy: first?.detectedBy,
      resumedNs: ofLinks ? linksResumedNs(fault, own, horizonNs) : isAny ? lastOf(own) : Number.NaN,
      openUntilNs: Math.max(0, ...own.filter(({ isOpen }) => isOpen).map((outage) => struck.endNs(outage))),
      ranks: [...ranks],
      ranksLost: isAny && slows === undefined && slot === undefined && !ofLinks ? ranks.length : 0,
      ranksSlowed: slows !== undefined && own.some(({ isOpen, resumedNs }) => isOpen || !Number.isNaN(resumedNs)) ? ranks.length : 0,
      ...(isDrawn ? { drawnFrom: entry } : {}),
      ...(slot === undefined ? {} : { slotsLost: isAny ? 1 : 0 }),
      ...(ofLinks ? { links: linksRow(fault, own, horizonNs) } : {}),
      ...toll,
      kvBytesLost: bytesLost,
      ...(isAround && mostMissing > 0 ? { elsewhere } : {}),
    };
  });
}

/** The entries of `scenario` that drew some of `faults`. */
export function randomFaults({ faults: specs = [] }: Scenario, faults: readonly EnteredFault[]): RandomFaultFacts[] {
  return randomEntries(specs).map(({ entry, spec: { of, mtbfPerGpu, acceleration } }) => {
    const drawn = faults.filter((fault) => fault.entry === entry).length;
    return { entry, of: of.kind, mtbfPerGpuHours: mtbfPerGpu, acceleration, drawn };
  });
}

/** NaN where any has not resumed. */
function lastOf(outages: readonly Outage[]): number {
  return Math.max(...outages.map(({ resumedNs }) => resumedNs));
}

/** Time when all waiting collectives continue, for strikes that have occurred. */
function linksResumedNs({ strikes, ranks }: Fault, own: readonly Outage[], horizonNs: number): number {
  const ends = strikes.flatMap(({ atNs, endNs }, s) => {
    if (ranks.length === 0 || endNs <= atNs || atNs > horizonNs) return [];
    const outages = own.filter(({ strike }) => strike === s);
    if (outages.length > 0) return outages.map(({ resumedNs }) => resumedNs);
    return [endNs > horizonNs ? Number.NaN : endNs];
  });
  return ends.length === 0 ? Number.NaN : Math.max(...ends);
}

function linksRow({ strikes, ranks }: Fault, own: readonly Outage[], horizonNs: number): LinksRow {
  const come = strikes.filter(({ atNs, endNs }) => endNs > atNs && atNs <= horizonNs);
  const until = (ns: number) => Math.min(ns, horizonNs);
  const sum = (of: (outage: Outage) => number) => own.reduce((total, outage) => total + of(outage), 0);
  return {
    struck: come.length === 0 ? 0 : ranks.length,
    times: ranks.length === 0 ? 0 : come.length,
    downNs: ranks.length === 0 ? 0 : come.reduce((total, { atNs, endNs }) => total + until(endNs) - atNs, 0),
    stops: own.filter(({ atNs }) => atNs <= horizonNs).length,
    retries: sum(({ fate, settles }) => (settles === undefined ? (fate?.retries ?? 0) : 0)),
    gaveUp: sum(({ fate, settles }) => (settles === undefined && fate?.gaveUp === true ? 1 : 0)),
    localNs: sum(({ localSinceNs, endNs }) => (Number.isNaN(localSinceNs) ? 0 : until(endNs) - localSinceNs)),
  };
}
