import type { Plan } from "@tokenyard/placement";
import { exponential, type Stream } from "@tokenyard/random";
import type { DatedFaultSpec, ModelSpec, RandomFaultSpec } from "@tokenyard/scenario";
import { faultOn } from "../drawn-faults.ts";
import { type Fault, faultOf, type Strike } from "../fault.ts";

/** What may fail over years: a GPU with its process, a process that hangs, a node with its GPUs, the link of a GPU; and what goes on slower. */
export const CAUSES = ["gpu", "hang", "node", "link", "slow"] as const;
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
  /** Of what an entry of the scenario's faults draws: which, and what breaks. */
  readonly drawn?: { readonly entry: number; readonly of: RandomFaultSpec["of"] };
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

/** What strikes GPU number `index` from `atNs` on for `repairNs`; undefined where it has nothing of the kind. */
function strikeOf(rate: FailureRate, index: number, atNs: number, plan: Plan, model: ModelSpec, stream: Stream): Failure | undefined {
  const { cause, repairNs, drawn } = rate;
  if (drawn === undefined) return failureOf(cause, index, atNs, repairNs, plan);
  const spec = faultOn(drawn.of, index, 0, plan, model, stream);
  return spec && { ...faultOf(spec, plan), cause, atNs, endNs: atNs + repairNs };
}

/** Failures of a kind before `untilNs`, in their order: memoryless, each of them as often as any other. */
export function drawFailures(rate: FailureRate, plan: Plan, model: ModelSpec, untilNs: number, stream: Stream): Failure[] {
  const { count, hours } = rate;
  const failures: Failure[] = [];
  const meanNs = (hours / count) * HOUR_NS;
  if (!(meanNs < Number.POSITIVE_INFINITY)) return failures;
  for (let atNs = exponential(stream, meanNs); atNs < untilNs; atNs += exponential(stream, meanNs))
    failures.push(...[strikeOf(rate, Math.floor(stream.next() * count), atNs, plan, model, stream)].filter((each) => each !== undefined));
  return failures;
}
