import type { SentPorts } from "@tokenyard/cluster";

/** Traffic through the ports of exchange groups, of tokens that were counted as they were picked. */
export interface PickedPorts {
  /** Whether a token is sent once to a rank; else each copy is sent by itself. */
  readonly isVisiting: boolean;
  /** Ports of exchange group `i`, which equals no group before it. */
  portsOf(i: number): SentPorts;
}
