import { nsFromSeconds } from "@tokenyard/engine";
import { exp } from "@tokenyard/random";
import { lossPolicyOf } from "../loss-policy.ts";
import { sightOf } from "../sight.ts";
import { capacityShares, type LongRun, meanOfLeast } from "./capacity-shares.ts";
import { type Cost, FROM_NS, YEAR_HOURS } from "./cost.ts";
import { expertCost } from "./expert-cost.ts";
import { type Cause, type FailureRate, failureOf, HOUR_NS } from "./failure.ts";
import type { Fleet } from "./fleet.ts";
import { linkCost } from "./link-cost.ts";
import type { Reactions } from "./reactions.ts";
import { SpareDemand, shareOfWaits, waitingReplicas } from "./spare-demand.ts";

/** Mean cost of failures of a kind. */
export interface CauseCost {
  readonly cause: Cause;
  readonly perYear: number;
  /** Seconds until a detector sees the failure; null: none does. */
  readonly detectSeconds: number | null;
  /** Seconds until the replica serves again; null: it never does by itself. */
  readonly outageSeconds: number | null;
}

/** Serving of a plan in the long run, by its rates alone. */
export interface Closed {
  readonly causes: readonly CauseCost[];
  /** Shares of time: some replica serves, all of all do; of data groups that serve. Null where outages have no end, or shrunk replicas never grow again. */
  readonly serving: number | null;
  readonly whole: number | null;
  readonly capacity: number | null;
}

/** A fleet with its reactions, whose parts fail at `rates`. */
export interface FailingPool {
  readonly fleet: Fleet;
  readonly reactions: Reactions;
  readonly rates: readonly FailureRate[];
}

const PHASES = 256;
/** Detections of a caller may have a period of their own: failures are spread over an hour, and by no divisor of it. */
const OWN_PERIOD_NS = 0.618 * HOUR_NS;

/** Serving of a plan whose `pools` fail apart, each with its own spares: its share is the smallest of theirs. */
export function closedFormula(pools: readonly FailingPool[]): Closed {
  const all = pools.map(closedPool);
  if (all.length === 1) return all[0]!.closed;
  const product = (of: (closed: Closed) => number | null) =>
    all.reduce<number | null>((total, { closed }) => (total === null || of(closed) === null ? null : total * of(closed)!), 1);
  const runs = all.flatMap(({ longRun }) => longRun ?? []);
  return {
    causes: all.flatMap(({ closed }) => closed.causes),
    serving: product(({ serving }) => serving),
    whole: product(({ whole }) => whole),
    capacity: runs.length < all.length ? null : meanOfLeast(capacityShares(runs[0]!), capacityShares(runs[1]!)),
  };
}

/**
 * Detection and recovery of one replica overlap freely: it is past both for exp(−Σ rate · time) of the time (the empty state of M/G/∞). Replicas that wait for a GPU
 * wait together, as more GPUs are in repair than there are spares. Source: docs/models/availability.md#availability.
 */
function closedPool({ fleet, reactions, rates }: FailingPool): { readonly closed: Closed; readonly longRun?: LongRun } {
  const { plan, scenario } = fleet;
  const demand = spareDemand(fleet, reactions, rates);
  const costs = rates.filter(({ cause }) => cause !== "slow").map((rate) => costBy(fleet, reactions, rate, demand.missedShare));
  const causes = costs.map(({ cause, perYear, detect, outage }) => ({
    cause,
    perYear,
    detectSeconds: detect,
    outageSeconds: outage,
  }));
  for (const { cause, count, hours } of rates)
    if (cause === "slow") causes.push({ cause, perYear: (count / hours) * YEAR_HOURS, detectSeconds: null, outageSeconds: 0 });
  const striking = costs.filter(({ perYear }) => perYear > 0);
  if (!lossPolicyOf(scenario.health!.onLoss).reacts || striking.some(({ outage }) => outage === null))
    return { closed: { causes, serving: null, whole: null, capacity: null } };
  const sum = (of: (cost: Cost) => number) => striking.reduce((total, cost) => total + ratePerSecond(cost) * of(cost), 0);
  const busy = sum(({ outage, waits }) => outage! - waits); // detection and recovery of all replicas, without waits for GPUs
  const recovered = exp(-busy / plan.replicas);
  const lacks = striking.some(({ shrunk }) => shrunk === null) ? null : sum(({ shrunk }) => shrunk!) / plan.replicas;
  const waiting = demand.waiting;
  const occupied = waitingReplicas(waiting, plan.replicas);
  const { one, none } = shareOfWaits(occupied, recovered);
  const up = recovered * one;
  const whole = exp(-busy) * waiting[0]!;
  if (lacks === null) return { closed: { causes, serving: 1 - none, whole: null, capacity: null } };
  const present = exp(-lacks);
  const paces = pacesOf(rates, plan.replicas);
  const pace = paces.reduce((mean, { speed, chance }) => mean + speed * chance, 0);
  return {
    closed: {
      causes,
      serving: 1 - none,
      whole: whole * exp(-sum(({ lacking }) => lacking ?? 0)),
      capacity: up * present * pace,
    },
    longRun: { replicas: plan.replicas, groups: plan.dataGroups, recovered, present, paces, occupied },
  };
}

/**
 * The shares of its speed that one of `replicas` has, each with its chance: while strikes of several entries are under way, that of the slowest counts. None is under way
 * for exp(−rate · time) of the time (M/G/∞ again). Leaves out ranks that are struck twice.
 */
function pacesOf(rates: readonly FailureRate[], replicas: number): LongRun["paces"] {
  const slow = rates.flatMap(({ drawn, count, hours, repairNs }) =>
    drawn !== undefined && "speed" in drawn.of
      ? [{ speed: drawn.of.speed, under: ((count / hours) * (repairNs / HOUR_NS)) / replicas }]
      : [],
  );
  let noneSlower = 1;
  const paces = slow
    .sort((a, b) => a.speed - b.speed)
    .map(({ speed, under }) => {
      const none = exp(-under);
      const chance = noneSlower * (1 - none);
      noneSlower *= none;
      return { speed, chance };
    });
  return [...paces, { speed: 1, chance: noneSlower }];
}

function ratePerSecond({ perYear }: Pick<Cost, "perYear">): number {
  return perYear / (YEAR_HOURS * 3600);
}

/** Demand for spares: lost GPUs from detection until repair, unless a shrunk replica does without them. */
function spareDemand(fleet: Fleet, reactions: Reactions, rates: readonly FailureRate[]): SpareDemand {
  const { scenario, plan } = fleet;
  const count = scenario.spares?.kind === "ranks" ? scenario.spares.count : 0;
  const batches = rates.flatMap((rate) => {
    const { cause, count: machines, hours, repairNs } = rate;
    const detects = cause === "gpu" || cause === "node" ? detectSeconds(fleet, cause, repairNs) : undefined;
    if (detects === undefined || !lossPolicyOf(scenario.health!.onLoss).reacts) return [];
    const known = detects.reduce((sum, seconds) => sum + Math.max(0, repairNs * 1e-9 - seconds), 0) / detects.length;
    const sizes = new Map<number, number>(); // GPUs of one failure in one replica → failures
    for (let index = 0; index < machines; index++) {
      const ranks = inOneReplica(failureAt(rate, index, 0, plan).ranks, fleet);
      if (!reactions.of({ ranks, slots: [], slotRanks: [] }).shrinks) sizes.set(ranks.length, (sizes.get(ranks.length) ?? 0) + 1);
    }
    return [...sizes].map(([gpus, failures]) => ({ gpus, mean: (failures / hours) * ((known * 1e9) / HOUR_NS) }));
  });
  return new SpareDemand(count, plan.ranks, batches);
}

function failureAt({ cause, numbers, repairNs }: FailureRate, index: number, atNs: number, plan: Fleet["plan"]) {
  return failureOf(cause, numbers?.[index] ?? index, atNs, repairNs, plan);
}

function costBy(fleet: Fleet, reactions: Reactions, rate: FailureRate, missed: number): Cost {
  if (rate.cause === "down") return linkCost(fleet, reactions, rate, missed);
  return rate.cause === "expert" ? expertCost(fleet, reactions, rate) : costOf(fleet, reactions, rate, missed);
}

function costOf(fleet: Fleet, reactions: Reactions, rate: FailureRate, missed: number): Cost {
  const { cause, count, hours, repairNs } = rate;
  const { plan, scenario } = fleet;
  const perYear = (count / hours) * YEAR_HOURS;
  if (!(perYear > 0)) return { cause, perYear: 0, detect: null, outage: null, waits: 0, lacking: 0, shrunk: 0 };
  const repair = repairNs * 1e-9;
  const detects = detectSeconds(fleet, cause, repairNs);
  if (detects === undefined || !lossPolicyOf(scenario.health!.onLoss).reacts) {
    const isGone = cause === "gpu" || cause === "node";
    return { cause, perYear, detect: null, outage: isGone ? null : repair, waits: 0, lacking: 0, shrunk: 0 };
  }
  const { onLoss } = scenario.health!;
  const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
  let [detect, outage, waits, lacking, shrunk] = [0, 0, 0, 0, 0 as number];
  let isForever = false;
  for (let index = 0; index < count; index++) {
    const { shrinks, seconds, lostGroups } = reactions.of({
      ranks: inOneReplica(failureAt(rate, index, 0, plan).ranks, fleet),
      slots: [],
      slotRanks: [],
    });
    for (const known of detects) {
      const share = 1 / (detects.length * count);
      const isGone = cause === "gpu" || cause === "node";
      if (!isGone && repair < known) {
        outage += share * repair; // the rest ends by itself
        continue;
      }
      detect += share * known;
      const wait = isGone && !shrinks ? missed * Math.max(0, repair - known) : 0;
      waits += share * wait;
      outage += share * (known + wait + seconds);
      if (!shrinks) continue;
      if (rejoin === undefined) isForever = true;
      const less = Math.max(0, repair + (rejoin ?? 0) - known - seconds);
      lacking += share * less;
      shrunk += (share * less * lostGroups) / plan.dataGroups;
    }
  }
  return { cause, perYear, detect, outage, waits, lacking, shrunk: isForever ? null : shrunk };
}

/** The ranks of the first replica that is struck: a node may be of several. */
function inOneReplica(ranks: readonly number[], { plan }: Fleet): readonly number[] {
  const perReplica = plan.stages * plan.ranksPerStage;
  const replica = Math.floor(ranks[0]! / perReplica);
  return ranks.filter((rank) => Math.floor(rank / perReplica) === replica);
}

/** Seconds until a failure is known, over evenly spread phases of periodic detectors; undefined if no detector sees it. */
function detectSeconds({ scenario: { health }, plan, detection }: Fleet, cause: Cause, repairNs: number): number[] | undefined {
  const everyNs = Math.max(
    nsFromSeconds(health!.probe?.every ?? 0),
    nsFromSeconds(health!.heartbeat?.every ?? 0),
    detection === undefined ? 0 : OWN_PERIOD_NS,
  );
  const phases = everyNs === 0 ? 1 : PHASES;
  const seconds = Array.from({ length: phases }, (_, phase) => {
    const atNs = FROM_NS + (everyNs * (phase + 0.5)) / phases;
    const fault = failureOf(cause, 0, atNs, repairNs, plan);
    const sight = sightOf(health!, detection, { of: fault, replica: 0, ranks: fault.ranks, atNs, trafficNs: atNs });
    return sight && (sight.atNs - atNs) * 1e-9;
  });
  return seconds.every((each) => each !== undefined) ? seconds : undefined;
}
