import { LAST_NS, nsFromSeconds } from "@tokenyard/engine";
import type { Plan } from "@tokenyard/placement";
import { drawTimeNs, type Streams } from "@tokenyard/random";
import type { DatedFaultSpec, FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";
import { drawnFaults } from "./drawn-faults.ts";
import type { FaultKind, Symptom } from "./fault-kinds/fault-kind.ts";
import { faultKindOf } from "./fault-kinds/fault-kind-of.ts";
import type { LostSlot } from "./losses.ts";

/** Start and end of a strike; `endNs` Infinity: for ever. */
export interface Strike {
  readonly atNs: number;
  readonly endNs: number;
}

/** Something that breaks, and when it is whole again. */
export interface Fault extends Symptom {
  readonly kind: DatedFaultSpec["kind"];
  /** One after the other, the first even where it has no length. */
  readonly strikes: readonly Strike[];
  /** GPUs that are struck, rising; of a slot, those that hold it; of links, those behind them. */
  readonly ranks: readonly number[];
  /** Factor on the time of kernels or communication of processes that go on; undefined if they stop. */
  readonly slows: Slow | undefined;
  /** Slot that the processes lose, each its part of it, while they go on. */
  readonly slot: LostSlot | undefined;
  /** True if the processes go on but reach no other node. */
  readonly ofLinks: boolean;
}

export interface Slow {
  readonly lane: "compute" | "network";
  /** Factor of at least 1. */
  readonly factor: number;
}

/** A fault of a scenario. */
export interface EnteredFault extends Fault {
  /** Its entry, by number. */
  readonly entry: number;
  /** Whether that was drawn at random. */
  readonly isDrawn: boolean;
}

/**
 * The faults of `scenario` on the ranks of `plans`, one for each pool, in its order; entries draw from `streams` of their own, so that none
 * changes another's. Instants are rounded to nanoseconds once each.
 */
export function faultsOf(
  { faults = [], model }: Pick<Scenario, "faults" | "model">,
  plans: readonly Plan[],
  streams: Streams,
): EnteredFault[] {
  return faults.flatMap((spec, entry): EnteredFault[] => {
    const own = streams.under(`faults/${entry}`);
    if (spec.kind !== "random") return [{ entry, isDrawn: false, ...faultOn(spec, plans, own) }];
    const dated = drawnFaults(spec, plans, model, own.stream("strikes"));
    return dated.map((each, i) => ({ entry, isDrawn: true, ...faultOn(each, plans, own.under(`${i}`)) }));
  });
}

/** The entries of `faults` that draw theirs, with their numbers among all. */
export function randomEntries(faults: readonly FaultSpec[]): { readonly entry: number; readonly spec: RandomFaultSpec }[] {
  return faults.flatMap((spec, entry) => (spec.kind === "random" ? [{ entry, spec }] : []));
}

/** The fault of `spec` on the ranks of `plan`; flapping links draw from `streams` of their own. */
export function faultOf(spec: DatedFaultSpec, plan: Plan, streams?: Streams): Fault {
  return faultOn(spec, [plan], streams);
}

/** The same on the ranks of the `plans` of all pools. */
function faultOn(spec: DatedFaultSpec, plans: readonly Plan[], streams?: Streams): Fault {
  const kind = faultKindOf(spec);
  const { ranks, slot } = kind.struck(spec, plans);
  return {
    kind: spec.kind,
    strikes: strikesOf(spec, streams),
    ranks,
    ...kind.symptom,
    slows: slowOf(spec, kind),
    slot,
    ofLinks: kind.ofLinks === true,
  };
}

/** Strikes within simulated time; one that would end after it lasts for ever. */
function strikesOf(spec: DatedFaultSpec, streams?: Streams): Strike[] {
  const strikeOf = (atNs: number, lengthNs: number): Strike => {
    const endNs = atNs + lengthNs;
    return { atNs, endNs: endNs > LAST_NS ? Number.POSITIVE_INFINITY : endNs };
  };
  let atNs = nsFromSeconds(spec.at);
  if (!("cycles" in spec)) return [strikeOf(atNs, spec.for === undefined ? Number.POSITIVE_INFINITY : nsFromSeconds(spec.for))];
  const downNs = drawTimeNs(spec.down, streams!.stream("down"));
  const upNs = drawTimeNs(spec.up, streams!.stream("up"));
  const strikes: Strike[] = [];
  for (let cycle = 0; cycle < spec.cycles && atNs <= LAST_NS; cycle++) {
    const strike = strikeOf(atNs, downNs());
    strikes.push(strike);
    atNs = strike.endNs + upNs();
  }
  return strikes;
}

/** Whether anything happens by `strike` of `fault`. */
export function isAny({ slows }: Fault, { atNs, endNs }: Strike): boolean {
  return endNs > atNs && (slows === undefined || slows.factor > 1);
}

function slowOf(spec: DatedFaultSpec, { slows }: FaultKind): Slow | undefined {
  return slows === undefined || !("speed" in spec) ? undefined : { lane: slows, factor: 1 / spec.speed };
}
