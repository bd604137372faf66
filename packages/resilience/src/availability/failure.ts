import type { Plan } from "@tokenyard/placement";
import { exponential, type Stream, type Streams } from "@tokenyard/random";
import type { DatedFaultSpec, RandomFaultSpec } from "@tokenyard/scenario";
import { drawnOn } from "../drawn-faults.ts";
import { type Fault, faultOf, type Strike } from "../fault.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Parts that may fail over years: a GPU with its process, a process that hangs, a node with its GPUs, the link of a GPU; slow GPUs; links
 * that go down, whose collectives `communication` decides about; an expert alone.
 */
export const CAUSES = ["gpu", "hang", "node", "link", "slow", "down", "expert"] as const;
export type Cause = (typeof CAUSES)[number];

/** Something that has failed, once. */
export interface Failure extends Fault, Strike {
  readonly cause: Cause;
  /** For links, the stream of waits of collectives that need them, each time from its beginning. */
  readonly waits?: () => Stream;
}

/** How often one of a kind fails, of how many. */
export interface FailureRate {
  readonly cause: Cause;
  readonly count: number;
  /** [count] their numbers; undefined: from 0 on. */
  readonly numbers?: readonly number[];
  /** Mean time between failures of one of them; infinity: never. */
  readonly hours: number;
  /** Time until the failed part may be used again. */
  readonly repairNs: number;
  /** For failures drawn by an entry of the scenario's faults: the entry, and what breaks. */
  readonly drawn?: { readonly entry: number; readonly of: RandomFaultSpec["of"] };
}

export const HOUR_NS = 3.6e12;

/**
 * Failure number `index` of `cause`, from `atNs` on for `repairNs`. A link that fails looks like a hang: processes are there, and no pass
 * ends.
 */
export function failureOf(cause: Cause, index: number, atNs: number, repairNs: number, plan: Plan): Failure {
  const spec: DatedFaultSpec =
    cause === "node"
      ? { kind: "node-lost", at: 0, for: undefined, nodes: [index] }
      : { kind: cause === "gpu" ? "gpu-lost" : "process-hang", at: 0, for: undefined, ranks: [index] };
  return { ...faultOf(spec, plan), cause, atNs, endNs: atNs + repairNs };
}

/** Failures of a kind before `untilNs`, those of one strike in order: memoryless, each machine of `fleet` as often as any other; from the stream called `name`, and those under it. */
export function drawFailures(rate: FailureRate, fleet: Fleet, untilNs: number, streams: Streams, name: string): Failure[] {
  const { cause, count, numbers, hours, repairNs, drawn } = rate;
  const failures: Failure[] = [];
  const meanNs = (hours / count) * HOUR_NS;
  if (!(meanNs < Number.POSITIVE_INFINITY)) return failures;
  const stream = streams.fresh(name);
  for (let atNs = exponential(stream, meanNs), i = 0; atNs < untilNs; atNs += exponential(stream, meanNs), i++) {
    const index = Math.floor(stream.next() * count);
    if (drawn === undefined) failures.push(failureOf(cause, numbers?.[index] ?? index, atNs, repairNs, fleet.plan));
    else failures.push(...drawnFailures(rate, fleet, index, atNs, stream, streams.under(`${name}/${i}`)));
  }
  return failures;
}

/**
 * Failures of an entry's strike on GPU number `index`: several for links that flap, none for links that no rank needs, or for parts that
 * the GPU does not have.
 */
function drawnFailures(rate: FailureRate, fleet: Fleet, index: number, atNs: number, stream: Stream, own: Streams): Failure[] {
  const { cause, repairNs, drawn } = rate;
  const { plan, scenario, needLinks } = fleet;
  const spec = drawnOn(drawn!.of, index, 0, [plan], scenario.model, stream);
  if (spec === undefined) return [];
  const fault = faultOf(spec, plan, own);
  if (fault.ofLinks && !fault.ranks.some((rank) => needLinks.has(rank))) return [];
  return fault.strikes.map((strike, i): Failure => {
    const lastsNs = "cycles" in spec ? strike.endNs - strike.atNs : repairNs;
    const fromNs = atNs + strike.atNs;
    const waits = fault.ofLinks ? { waits: () => own.fresh(`back-off/${i}`) } : {};
    return { ...fault, cause, atNs: fromNs, endNs: fromNs + lastsNs, ...waits };
  });
}
