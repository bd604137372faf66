import type { Plan } from "@tokenyard/placement";
import { exponential, type Stream } from "@tokenyard/random";
import type { DatedFaultSpec } from "@tokenyard/scenario";
import { type Fault, faultOf, type Strike } from "../fault.ts";

/** What may fail over years: a GPU with its process, a process that hangs, a node with its GPUs, the link of a GPU. */
export const CAUSES = ["gpu", "hang", "node", "link"] as const;
export type Cause = (typeof CAUSES)[number];

/** Something that has failed, once. */
export interface Failure extends Fault, Strike {
  readonly cause: Cause;
}

/** How often one of a kind fails, of how many. */
export interface FailureRate {
  readonly cause: Cause;
  readonly count: number;
  /** Mean time between failures of one of them; infinity: never. */
  readonly hours: number;
  /** Until what has failed may be used again. */
  readonly repairNs: number;
}

export const HOUR_NS = 3.6e12;

/** What the failure of number `index` of `cause` is, from `atNs` on for `repairNs`. A link that fails looks like a hang: processes are there, and no pass ends. */
export function failureOf(cause: Cause, index: number, atNs: number, repairNs: number, plan: Plan): Failure {
  const spec: DatedFaultSpec =
    cause === "node"
      ? { kind: "node-lost", at: 0, for: undefined, nodes: [index] }
      : { kind: cause === "gpu" ? "gpu-lost" : "process-hang", at: 0, for: undefined, ranks: [index] };
  return { ...faultOf(spec, plan), cause, atNs, endNs: atNs + repairNs };
}

/** Failures of a kind before `untilNs`, in their order: memoryless, each of them as often as any other. */
export function drawFailures({ cause, count, hours, repairNs }: FailureRate, plan: Plan, untilNs: number, stream: Stream): Failure[] {
  const failures: Failure[] = [];
  const meanNs = (hours / count) * HOUR_NS;
  if (!(meanNs < Number.POSITIVE_INFINITY)) return failures;
  for (let atNs = exponential(stream, meanNs); atNs < untilNs; atNs += exponential(stream, meanNs))
    failures.push(failureOf(cause, Math.floor(stream.next() * count), atNs, repairNs, plan));
  return failures;
}
