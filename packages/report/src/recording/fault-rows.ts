/** Experts that the loss of a single rank, or node, would remove. */
export interface CoverageFacts {
  readonly ranks: CoveredFacts;
  readonly nodes: CoveredFacts;
}

export interface CoveredFacts {
  readonly all: number;
  /** Units whose loss leaves each expert of each layer with a slot elsewhere in its replica. */
  readonly covered: number;
  /** Most (layer, expert) pairs that one of them leaves without. */
  readonly mostMissing: number;
}

/** An entry of the scenario that draws faults. */
export interface RandomFaultFacts {
  /** Number of the entry among the scenario's faults. */
  readonly entry: number;
  readonly of: string;
  readonly mtbfPerGpuHours: number;
  /** How many times as often as that they came. */
  readonly acceleration: number;
  readonly drawn: number;
}

/** Links that were down. */
export interface LinksRow {
  /** GPUs behind the links that need the fabric; 0 if the fault had no effect */
  readonly struck: number;
  readonly times: number;
  readonly downNs: number;
  /** Times that replicas stopped, as they were down for longer than collectives wait. */
  readonly stops: number;
  readonly retries: number;
  /** Collectives that ended in their last error. */
  readonly gaveUp: number;
  /** Time in which tokens stayed on their ranks. */
  readonly localNs: number;
}

/** Copies that went around experts that are lost. */
export interface ElsewhereRow {
  readonly copies: number;
  /** Share of all copies that the gate gives to the lost experts, over all layers with experts. */
  readonly gateShare: number;
  /** Most experts of a layer that are lost, and all of a layer. */
  readonly mostMissing: number;
  readonly experts: number;
}

/** One fault; times are NaN where there were none. */
export interface FaultRow {
  readonly kind: string;
  readonly atNs: number;
  readonly detectedNs: number;
  readonly detectedBy: string | undefined;
  readonly resumedNs: number;
  /** Earliest time at which a part that is down at the end of the run serves again; Infinity: never. 0 if nothing is down then. */
  readonly openUntilNs: number;
  /** Ranks that it strikes, in the numbers of the whole run. */
  readonly ranks: readonly number[];
  /** 0 where nothing happened by it */
  readonly ranksLost: number;
  readonly ranksSlowed: number;
  /** Entry of the scenario that a randomly drawn fault comes from. */
  readonly drawnFrom?: number;
  /** Slots lost by faults that take a slot and no rank. */
  readonly slotsLost?: number;
  /** Details of faults of links. */
  readonly links?: LinksRow;
  readonly failed: number;
  readonly requeued: number;
  readonly migrated: number;
  readonly tokensRecomputed: number;
  readonly kvBytesLost: number;
  readonly expertsMissing: number;
  readonly degradedTokens: number;
  /** Details of experts that were missing while tokens were routed around them. */
  readonly elsewhere?: ElsewhereRow;
}
