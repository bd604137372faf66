import type { SentPorts } from "@tokenyard/cluster";

/** What goes through the ports of exchange groups, of tokens that were counted as they were picked. */
export interface PickedPorts {
  /** Whether a token goes once to a rank; else each copy goes by itself. */
  readonly isVisiting: boolean;
  /** Ports of exchange group `i`, which equals no group before it. */
  portsOf(i: number): SentPorts;
}
