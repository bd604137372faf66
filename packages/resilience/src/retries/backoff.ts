import { nsFromSeconds } from "@tokenyard/engine";
import type { BackoffSpec } from "@tokenyard/scenario";

/**
 * How long is waited before further attempt number `tries`, from 1: first · factor^(tries − 1), at most `most`, and by up to `jitter` of it shorter or
 * longer; `chance` from [0, 1) says by how much.
 */
export function backoffNs({ first, factor, most, jitter }: BackoffSpec, tries: number, chance: number): number {
  let seconds = Math.min(first, most);
  for (let i = 1; i < tries && seconds < most && seconds > 0; i++) seconds = Math.min(most, seconds * factor);
  return nsFromSeconds(seconds * (1 + jitter * (2 * chance - 1)));
}
