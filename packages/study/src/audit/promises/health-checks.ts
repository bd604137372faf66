import { type Cause, type Fleet, failureOf, sightOf } from "@tokenyard/resilience";
import type { Judgement } from "./judgement.ts";

const LOOKED_FOR: readonly (readonly [Cause, string])[] = [
  ["gpu", "a GPU that is lost"],
  ["hang", "a process that hangs"],
  ["node", "a node that is gone"],
];

/** Every kind of failure has a detector, while there is something to compute. */
export function healthChecks({ scenario, plan, detection }: Fleet): Judgement {
  const { health } = scenario;
  if (health === undefined) return { verdict: "undecided", because: "The scenario has no `health` that says who looks." };
  const atNs = 0;
  const causes = LOOKED_FOR.map(([cause, what]) => {
    const fault = failureOf(cause, 0, atNs, Number.POSITIVE_INFINITY, plan);
    const sight = sightOf(health, detection, { of: fault, replica: 0, ranks: fault.ranks, atNs, trafficNs: atNs });
    return {
      isSeen: sight !== undefined,
      text:
        sight === undefined
          ? `no detector sees ${what}`
          : `${what} is seen by ${sight.by} after ${Number((sight.atNs / 1e9).toPrecision(3))} s`,
    };
  });
  const text = causes.map((each) => each.text).join(", ");
  return { verdict: causes.every(({ isSeen }) => isSeen) ? "holds" : "fails", because: `${text[0]!.toUpperCase()}${text.slice(1)}.` };
}
