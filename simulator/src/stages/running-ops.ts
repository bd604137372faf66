import type { Ticket } from "@tokenyard/engine";
import { COMPUTE, type Lane, NETWORK } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** The op that each lane of a stage runs. */
export class RunningOps {
  /** [lanes] micro-batch of each lane's op */
  readonly #microBatches: [MicroBatch | undefined, MicroBatch | undefined] = [undefined, undefined];
  /** [lanes] of its end; undefined of one that lasts until the stage is broken off */
  readonly #ends: [Ticket | undefined, Ticket | undefined] = [undefined, undefined];

  of(lane: Lane): MicroBatch | undefined {
    return this.#microBatches[lane];
  }

  get areNone(): boolean {
    return this.#microBatches[COMPUTE] === undefined && this.#microBatches[NETWORK] === undefined;
  }

  begin(lane: Lane, microBatch: MicroBatch, end?: Ticket): void {
    this.#microBatches[lane] = microBatch;
    this.#ends[lane] = end;
  }

  /** Gives back the ticket of its end. */
  end(lane: Lane): Ticket | undefined {
    const end = this.#ends[lane];
    this.#microBatches[lane] = undefined;
    this.#ends[lane] = undefined;
    return end;
  }
}
