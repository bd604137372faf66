import { nsFromSeconds } from "@tokenyard/engine";
import type { CommunicationSpec } from "@tokenyard/scenario";

/** Fate of a collective that needs a link which is down. */
export interface CollectiveFate {
  /** Time at which it goes on, or fails for the last time. */
  readonly atNs: number;
  readonly gaveUp: boolean;
  /** How often it was tried again until then. */
  readonly retries: number;
}

/**
 * Fate of a collective that begins at `startNs` and needs a link that is down until `upNs`: it waits for the time of `giveUp`, and is tried
 * `retries` times more, each time after a longer wait; `chance` draws from [0, 1) the deviation of each. Ignores that adapters check a link
 * at intervals only. Source: docs/faults.md#links.
 */
export function collectiveFate(
  { giveUp, retries, backoff }: CommunicationSpec,
  startNs: number,
  upNs: number,
  chance: () => number,
): CollectiveFate {
  const giveUpNs = nsFromSeconds(giveUp);
  let tryNs = startNs;
  let wait = backoff.first;
  for (let tried = 0; ; tried++) {
    if (upNs <= tryNs + giveUpNs) return { atNs: Math.max(upNs, tryNs), gaveUp: false, retries: tried };
    if (tried === retries) return { atNs: tryNs + giveUpNs, gaveUp: true, retries: tried };
    tryNs += giveUpNs + nsFromSeconds(Math.min(wait, backoff.most) * (1 + backoff.jitter * (2 * chance() - 1)));
    wait = Math.min(wait * backoff.factor, backoff.most);
  }
}
