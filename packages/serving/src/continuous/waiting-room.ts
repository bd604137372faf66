/** Requests that wait for one data group. */
export interface WaitingRoom {
  readonly size: number;
  /** The next request; −1 when none waits. */
  peek(): number;
  /** Takes the next one out. */
  leave(): number;
  /** One comes at `nowNs`. */
  enter(slot: number, nowNs: number): void;
  /** Returns a request that was already served to the queue, before later arrivals. */
  enterAgain(slot: number): void;
  /** Takes `slot` out, wherever it is; it must be there. */
  remove(slot: number): void;
}
