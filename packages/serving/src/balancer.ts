/** Sends requests to places: to the replicas, or to the data groups of one replica. It never looks at all places for one request. */
export interface Balancer {
  readonly kind: string;
  /** The place for the request in `slot`. */
  choose(slot: number): number;
  /** The request in `slot` of so many prompt and output tokens is on `place` from now on; and no more. */
  joined(place: number, slot: number, promptTokens: number, outputTokens: number): void;
  left(place: number, slot: number, promptTokens: number, outputTokens: number): void;
  /** Whether requests may be sent to `place` from now on; where all places are closed, they are sent to any. */
  open(place: number, isOpen: boolean): void;
}
