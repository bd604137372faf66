/** The schedule of a replica, as its events see it. */
export interface OpenSchedule {
  /** Passes that were accounted for since an event of this replica was handled. */
  readonly passes: number;
  /** Passes that are over end now. */
  end(nowNs: number): void;
  /** A pass enters the first stage now that could not be timed ahead. */
  enter(nowNs: number): void;
}
