import type { Stream } from "@tokenyard/random";
import type { RequestSlots } from "./requests/request-slots.ts";

/** Makes a balancer of a caller over `places`, with chance of its own. `requests` has what is known of each slot. */
export type BalancerOver = (places: number, stream: Stream, requests: RequestSlots) => Balancer;

/** Sends requests to places: to the replicas, or to the data groups of one replica. It never looks at all places for one request. */
export interface Balancer {
  readonly kind: string;
  /** The place for the request in `slot`. */
  choose(slot: number): number;
  /** Records that the request in `slot`, with these prompt and output tokens, joined `place`. */
  joined(place: number, slot: number, promptTokens: number, outputTokens: number): void;
  left(place: number, slot: number, promptTokens: number, outputTokens: number): void;
  /** Whether requests may be sent to `place` from now on; where all places are closed, they are sent to any. */
  open(place: number, isOpen: boolean): void;
}
