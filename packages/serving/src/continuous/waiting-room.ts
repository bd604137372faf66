/** Requests that wait for one data group. */
export interface WaitingRoom {
  readonly size: number;
  /** The next request; −1 when none waits. */
  peek(): number;
  /** Takes the next one out. */
  leave(): number;
  /** One comes at `nowNs`. */
  enter(slot: number, nowNs: number): void;
  /** One that had been served already waits again, before those who came after it. */
  enterAgain(slot: number): void;
  /** Takes `slot` out, wherever it is; it must be there. */
  remove(slot: number): void;
}
