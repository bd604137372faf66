/** Who hears what becomes of the requests of a pool. `spentNs` [SPENT_KEYS]: where the time of their micro-batch has gone up to now. */
export interface Desk {
  started(slot: number, nowNs: number, spentNs: Float64Array, replica: number): void;
  /** `passNs`: how long the pass took that yielded it. */
  firstToken(slot: number, nowNs: number, spentNs: Float64Array, passNs: number, replica: number): void;
  gaps(lengthNs: number, count: number): void;
  steps(atNs: Float64Array, count: number, sequences: number): void;
  preempted(slot: number, nowNs: number, spentNs: Float64Array): void;
  finished(slot: number, nowNs: number, spentNs: Float64Array): void;
  rejected(slot: number, nowNs: number): void;
  reserved(slot: number, nowNs: number): void;
}
