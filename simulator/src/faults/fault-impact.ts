/** What a fault has cost: requests and cached tokens. */
export interface FaultImpact {
  failed: number;
  /** Begun again: nothing of them had been computed, or what had been is thrown away. */
  requeued: number;
  /** Gone on elsewhere, with all that they had put out. */
  migrated: number;
  tokensRecomputed: number;
  tokensLost: number;
  /** (layer, expert) pairs that no rank held once it was known. */
  expertsMissing: number;
  /** Copies of tokens to those. */
  degradedTokens: number;
  /** Those that went to other experts. */
  elsewhereTokens: number;
  /** Of the layer of a replica that lacks most experts, once it was known: how many. */
  mostMissing: number;
  /** Share of all copies of a replica's tokens that its gate gives to experts without a slot, in the mean over layers with experts; of the replica where it is most. */
  gateShare: number;
}

export function createFaultImpact(): FaultImpact {
  return {
    failed: 0,
    requeued: 0,
    migrated: 0,
    tokensRecomputed: 0,
    tokensLost: 0,
    expertsMissing: 0,
    degradedTokens: 0,
    elsewhereTokens: 0,
    mostMissing: 0,
    gateShare: 0,
  };
}
