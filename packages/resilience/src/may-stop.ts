import type { DatedFaultSpec, FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";

/** Whether any fault of `scenario` may stop a replica; slow GPUs and links do not, nor do links that are soon up again. */
export function mayStop({ faults = [], communication }: Pick<Scenario, "faults" | "communication">): boolean {
  return faults.some((fault) => mayStopBy(whatBreaks(fault), communication?.giveUp));
}

/** Whether `fault` only slows what it strikes, GPUs or links. */
export function maySlow(fault: FaultSpec): boolean {
  return isSlow(whatBreaks(fault));
}

/** Part that `fault` breaks, at any time. */
export function whatBreaks(fault: FaultSpec): Broken {
  return fault.kind === "random" ? fault.of : fault;
}

type Broken = DatedFaultSpec | RandomFaultSpec["of"];

/** Whether `fault` may, where collectives wait `giveUp` for a link; undefined: they do not say how long. */
function mayStopBy(fault: Broken, giveUp = 0): boolean {
  if (isSlow(fault)) return false;
  return isOfLinks(fault) ? longestDown(fault) > giveUp : fault.for !== 0;
}

function isSlow<Any extends Broken>(fault: Any): fault is Extract<Any, { kind: "gpu-slow" | "link-slow" }> {
  return fault.kind === "gpu-slow" || fault.kind === "link-slow";
}

type OfLinks<Any extends Broken> = Extract<Any, { kind: "link-lost" | "link-flap" | "switch-lost" }>;

export function isOfLinks<Any extends Broken>(fault: Any): fault is OfLinks<Any> {
  return fault.kind === "link-lost" || fault.kind === "link-flap" || fault.kind === "switch-lost";
}

/** Seconds that its links may be down at a time. */
function longestDown(fault: OfLinks<Broken>): number {
  if (fault.kind !== "link-flap") return fault.for ?? Number.POSITIVE_INFINITY;
  const { down } = fault;
  if (down.kind === "fixed") return down.value;
  return down.kind === "uniform" ? down.to : Number.POSITIVE_INFINITY;
}
