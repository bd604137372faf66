/** Cost of a fault: requests, and what was cached of them. */
export interface FaultImpact {
  failed: number;
  /** Restarted requests: nothing of them had been computed, or it was discarded. */
  requeued: number;
  /** Number of requests that continued elsewhere, with all of their output. */
  migrated: number;
  tokensRecomputed: number;
  /** Bytes of the caches of requests, over all layers. */
  bytesLost: number;
  /** (layer, expert) pairs that no rank held once it was known. */
  expertsMissing: number;
  /** Copies of tokens to those. */
  degradedTokens: number;
  /** Copies that went to other experts. */
  elsewhereTokens: number;
  /** Most missing experts of a layer of a replica, once the loss was known. */
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
    bytesLost: 0,
    expertsMissing: 0,
    degradedTokens: 0,
    elsewhereTokens: 0,
    mostMissing: 0,
    gateShare: 0,
  };
}
