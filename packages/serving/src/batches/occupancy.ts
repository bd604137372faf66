import type { Requests } from "../requests/request.ts";
import type { MicroBatch } from "./micro-batch.ts";

/** The data groups of the replicas at an instant: what is reserved there, and by which micro-batch. */
export class Occupancy {
  /** [replicas × data groups] reserved tokens */
  readonly #tokens: Float64Array;
  /** By micro-batch: [data groups] its sequences that have not finished */
  readonly #sequences = new Map<MicroBatch, Float64Array>();
  readonly #requests: Requests;
  readonly #dataGroups: number;
  readonly #room: number;

  /** `room`: tokens that a data group has room for. */
  constructor(microBatches: readonly MicroBatch[], requests: Requests, homes: number, dataGroups: number, room: number) {
    this.#tokens = new Float64Array(homes);
    this.#requests = requests;
    this.#dataGroups = dataGroups;
    this.#room = room;
    for (const microBatch of microBatches) {
      const sequences = new Float64Array(dataGroups);
      this.#sequences.set(microBatch, sequences);
      for (const request of microBatch.unfinished()) {
        const group = microBatch.dataGroupOf[request]!;
        sequences[group]! += 1;
        this.#tokens[microBatch.replica * dataGroups + group]! += this.#reserved(request);
      }
    }
  }

  /** Moves `request` to the one of `groups` in which its micro-batch has fewest sequences, of those with room; returns false if none has. */
  move(microBatch: MicroBatch, request: number, groups: readonly number[]): boolean {
    const first = microBatch.replica * this.#dataGroups;
    const reserved = this.#reserved(request);
    const sequences = this.#sequences.get(microBatch)!;
    const roomy = groups.filter((group) => this.#tokens[first + group]! + reserved <= this.#room);
    if (roomy.length === 0) return false;
    const fewest = roomy.reduce((least, group) => (sequences[group]! < sequences[least]! ? group : least));
    sequences[fewest]! += 1;
    this.#tokens[first + fewest]! += reserved;
    microBatch.move(request, fewest);
    return true;
  }

  /** A sequence reserves all that it ever caches. */
  #reserved(request: number): number {
    return this.#requests.promptTokens[request]! + this.#requests.outputTokens[request]! - 1;
  }
}
