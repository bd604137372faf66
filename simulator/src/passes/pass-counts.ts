/** How passes of stages were timed; for tests. */
export interface PassCounts {
  form: number;
  loop: number;
  /** In the loop, op by op as they are launched. */
  launched: number;
  /** Batches without a form, by the reason: each counts once while its costs are cached. */
  readonly formless: Map<string, number>;
}
