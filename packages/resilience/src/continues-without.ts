import type { HealthSpec } from "@tokenyard/scenario";

/** Whether a replica continues after a loss: with its experts elsewhere, masked, or tokens routed around them. */
export function continuesWithout({ onLoss: { kind } }: Pick<HealthSpec, "onLoss">): boolean {
  return kind === "shrink" || kind === "mask" || kind === "reroute";
}
