import type { HealthSpec } from "@tokenyard/scenario";

/** Whether a replica goes on without what it has lost: with its experts elsewhere, masked, or tokens routed around them. */
export function continuesWithout({ onLoss: { kind } }: Pick<HealthSpec, "onLoss">): boolean {
  return kind === "shrink" || kind === "mask" || kind === "reroute";
}
