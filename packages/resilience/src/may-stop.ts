import type { DatedFaultSpec, FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";
import { faultKindOf } from "./fault-kinds/fault-kind-of.ts";

/** Whether any fault of `scenario` may stop a replica; slow GPUs and links do not, nor do links that are soon up again. */
export function mayStop({ faults = [], communication }: Pick<Scenario, "faults" | "communication">): boolean {
  return faults.some((fault) => mayStopBy(whatBreaks(fault), communication?.giveUp));
}

/** Whether `fault` only slows what it strikes, GPUs or links. */
export function maySlow(fault: FaultSpec): boolean {
  return faultKindOf(whatBreaks(fault)).slows !== undefined;
}

/** Whether `fault` breaks links, and no process. */
export function isOfLinks(fault: FaultSpec): boolean {
  return faultKindOf(whatBreaks(fault)).ofLinks === true;
}

/** Part that `fault` breaks, at any time. */
export function whatBreaks(fault: FaultSpec): Broken {
  return fault.kind === "random" ? fault.of : fault;
}

type Broken = DatedFaultSpec | RandomFaultSpec["of"];

/** Whether `fault` may, where collectives wait `giveUp` for a link; undefined: they do not say how long. */
function mayStopBy(fault: Broken, giveUp = 0): boolean {
  const { slows, ofLinks } = faultKindOf(fault);
  if (slows !== undefined) return false;
  return ofLinks ? longestLasts(fault) > giveUp : longestLasts(fault) > 0;
}

/** Seconds that what `fault` breaks may be broken at a time. */
function longestLasts(fault: Broken): number {
  if (!("cycles" in fault)) return fault.for ?? Number.POSITIVE_INFINITY;
  const { down } = fault;
  if (down.kind === "fixed") return down.value;
  return down.kind === "uniform" ? down.to : Number.POSITIVE_INFINITY;
}
