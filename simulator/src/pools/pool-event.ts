import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { ScheduleEvent } from "../pipelines/next-event.ts";
import type { Stage } from "../stages/stage.ts";

/** Op number `op` of `microBatch` has ended on all ranks of `stage`. */
export interface OpFinished {
  readonly kind: "op-finished";
  readonly pool: number;
  readonly stage: Stage;
  readonly microBatch: MicroBatch;
  readonly op: number;
}

/** The cache of the request in `slot` has moved to the pool that decodes; `ns` of the move were after the first token. */
export interface TransferEnded {
  readonly kind: "transfer-ended";
  readonly pool: number;
  readonly slot: number;
  readonly ns: number;
}

/** Events of pool number `pool`, beside the ends of its runs. */
export type PoolEvent =
  | OpFinished
  | ScheduleEvent
  /** Blocks that a sequence of `replica` waits for have been loaded from the host. */
  | { readonly kind: "load-ended"; readonly pool: number; readonly replica: number }
  /** Work of `replica` is interrupted; ops that end now have ended. */
  | { readonly kind: "cut"; readonly pool: number; readonly replica: number }
  /** A pass of `microBatch` reaches stage number `position` of its replica from elsewhere: the first, or one from which on events report it. */
  | { readonly kind: "pass-entered"; readonly pool: number; readonly microBatch: MicroBatch; readonly position: number }
  /** A visit to `stage` without events of its own has ended all ops before its send. */
  | { readonly kind: "stage-freed"; readonly pool: number; readonly stage: Stage };
