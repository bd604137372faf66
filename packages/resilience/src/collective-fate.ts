import { nsFromSeconds } from "@tokenyard/engine";
import type { CommunicationSpec } from "@tokenyard/scenario";

/** What becomes of a collective that needs a link which is down. */
export interface CollectiveFate {
  /** It goes on, or ends in its last error. */
  readonly atNs: number;
  readonly gaveUp: boolean;
  /** How often it was tried again until then. */
  readonly retries: number;
}

/**
 * Of a collective that begins at `startNs` and needs a link that is down until `upNs`: it waits as long as `giveUp` says, and is tried again as often as `retries`
 * says, each time after a longer wait; `chance` draws from [0, 1) by how much each is off. Leaves out that adapters look for a link at intervals only.
 * Source: docs/faults.md#links.
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
