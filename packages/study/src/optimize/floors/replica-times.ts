import { PASS_FLOOR, SEND } from "./pass-floor.ts";
import { type FlooredBatch, type Pipeline, sendsOf } from "./pipeline-floor.ts";
import { StageColumns } from "./stage-columns.ts";

/** Seconds that replicas take at least. */
export interface ReplicaFloors {
  /** When each micro-batch has its first tokens [micro-batches of all replicas]. */
  readonly firstTokens: Float64Array;
  /** When the last of each replica has, and when everything is over there [replicas]. */
  readonly lastFirstTokens: Float64Array;
  readonly ends: Float64Array;
}

/** Computes lower bounds of replicas in their pipelines; its memory is reused. */
export class ReplicaTimes {
  readonly #columns = new StageColumns();
  /** [micro-batches of a replica] from the end of a stage to the first tokens, and all decode passes. */
  #rest = new Float64Array(0);
  #decoding = new Float64Array(0);
  /** Seconds of all micro-batches of a replica on the stages of a kind: of prefills alone and with decode, along their paths and in kernels. */
  #held = new Float64Array(0);
  #heldByAll = new Float64Array(0);

  of(batch: FlooredBatch, pipeline: Pipeline): ReplicaFloors {
    this.#columns.fill(batch, pipeline.kinds);
    return this.#floorsOf(batch, pipeline);
  }

  /** Floors for the plan that `of` was asked for last, as if no copy of a prefill was dropped. */
  ofAllKept(batch: FlooredBatch, pipeline: Pipeline): ReplicaFloors {
    this.#columns.keepAll(batch, pipeline.kinds);
    return this.#floorsOf(batch, pipeline);
  }

  #floorsOf(batch: FlooredBatch, pipeline: Pipeline): ReplicaFloors {
    const { replicaStarts, rowOf, isLikeBefore } = batch.microBatches;
    const replicas = isLikeBefore.length;
    const floors: ReplicaFloors = {
      firstTokens: new Float64Array(rowOf.length),
      lastFirstTokens: new Float64Array(replicas),
      ends: new Float64Array(replicas),
    };
    this.#makeRoom(rowOf.length, pipeline.kinds.length);
    for (let replica = 0; replica < replicas; replica++) {
      if (isLikeBefore[replica] === 1) copyBefore(floors, replicaStarts, replica);
      else {
        this.#addUp(batch, pipeline, replica);
        if (pipeline.interleave > 1) this.#goRound(batch, pipeline, replica, floors);
        else this.#goThrough(batch, pipeline, replica, floors);
      }
    }
    return floors;
  }

  #makeRoom(microBatches: number, kinds: number): void {
    if (this.#rest.length < microBatches) {
      this.#rest = new Float64Array(microBatches);
      this.#decoding = new Float64Array(microBatches);
    }
    if (this.#held.length < kinds) {
      this.#held = new Float64Array(kinds);
      this.#heldByAll = new Float64Array(kinds);
    }
  }

  /**
   * Least times for which all micro-batches of a replica occupy stages of each kind: their paths, or their kernels, which run one at a
   * time.
   */
  #addUp({ microBatches: { replicaStarts, rowOf, decodePasses } }: FlooredBatch, { kinds }: Pipeline, replica: number): void {
    const { path, decodePath, compute, decodeCompute } = this.#columns;
    const rows = decodePasses.length;
    const to = replicaStarts[replica + 1]!;
    for (let kind = 0; kind < kinds.length; kind++) {
      let held = 0;
      let computed = 0;
      let heldByAll = 0;
      let computedByAll = 0;
      for (let m = replicaStarts[replica]!; m < to; m++) {
        const at = kind * rows + rowOf[m]!;
        held += path[at]!;
        computed += compute[at]!;
        heldByAll += path[at]! + decodePath[at]!;
        computedByAll += compute[at]! + decodeCompute[at]!;
      }
      this.#held[kind] = Math.max(held, computed);
      this.#heldByAll[kind] = Math.max(heldByAll, computedByAll);
    }
  }

  /** Micro-batches enter in order; a stage holds one at a time, for its path. Waiting for a busy network is left out. */
  #goThrough({ microBatches, prefills, decodes }: FlooredBatch, pipeline: Pipeline, replica: number, floors: ReplicaFloors): void {
    const { kindOf, kinds, stagesOfKind, returnSeconds } = pipeline;
    const { replicaStarts, rowOf, decodePasses } = microBatches;
    const { path, decodePath } = this.#columns;
    const { firstTokens } = floors; // at first: when each has left the stages so far
    const rows = decodePasses.length;
    const from = replicaStarts[replica]!;
    const to = replicaStarts[replica + 1]!;
    const rest = this.#rest;
    const decoding = this.#decoding;
    const last = kindOf.length - 1;
    for (let m = from; m < to; m++) {
      const row = rowOf[m]!;
      rest[m] = last * prefills[row * PASS_FLOOR + SEND]! - path[kindOf[0]! * rows + row]!;
      decoding[m] = last * decodes[row * PASS_FLOOR + SEND]! + decodePasses[row]! * returnSeconds;
      for (let kind = 0; kind < kinds.length; kind++) {
        rest[m]! += stagesOfKind[kind]! * path[kind * rows + row]!;
        decoding[m]! += stagesOfKind[kind]! * decodePath[kind * rows + row]!;
      }
    }
    let lastFirstToken = 0;
    let end = 0;
    for (let stage = 0; stage <= last && from < to; stage++) {
      const kind = kindOf[stage]!;
      const own = kind * rows;
      let before = 0; // when the micro-batch before this one ends here
      let soonest = Number.POSITIVE_INFINITY;
      let shortestRest = Number.POSITIVE_INFINITY;
      for (let m = from; m < to; m++) {
        const row = rowOf[m]!;
        const seconds = path[own + row]!;
        let arrived = 0;
        if (stage > 0) {
          const send = prefills[row * PASS_FLOOR + SEND]!;
          arrived = firstTokens[m]! + send;
          rest[m]! -= send + seconds;
        }
        if (arrived < soonest) soonest = arrived;
        if (rest[m]! < shortestRest) shortestRest = rest[m]!;
        before = Math.max(arrived, before) + seconds;
        firstTokens[m] = before;
      }
      lastFirstToken = Math.max(lastFirstToken, soonest + this.#held[kind]! + Math.max(0, shortestRest));
      end = Math.max(end, soonest + this.#heldByAll[kind]!);
    }
    this.#close(floors, replica, from, to, lastFirstToken, end);
  }

  /**
   * Floors where micro-batches go round the stages in an unknown order. Each takes its own path through all stages; a stage holds one at a
   * time and computes one kernel at a time.
   */
  #goRound({ microBatches, prefills, decodes }: FlooredBatch, pipeline: Pipeline, replica: number, floors: ReplicaFloors): void {
    const { kinds, stagesOfKind, returnSeconds } = pipeline;
    const { replicaStarts, rowOf, decodePasses } = microBatches;
    const { path, decodePath } = this.#columns;
    const rows = decodePasses.length;
    const from = replicaStarts[replica]!;
    const to = replicaStarts[replica + 1]!;
    const sends = sendsOf(pipeline);
    let lastFirstToken = 0;
    let end = 0;
    for (let kind = 0; kind < kinds.length; kind++) {
      lastFirstToken = Math.max(lastFirstToken, this.#held[kind]!);
      end = Math.max(end, this.#heldByAll[kind]!);
    }
    for (let m = from; m < to; m++) {
      const row = rowOf[m]!;
      let first = sends * prefills[row * PASS_FLOOR + SEND]!;
      let decoding = sends * decodes[row * PASS_FLOOR + SEND]! + decodePasses[row]! * returnSeconds;
      for (let kind = 0; kind < kinds.length; kind++) {
        first += stagesOfKind[kind]! * path[kind * rows + row]!;
        decoding += stagesOfKind[kind]! * decodePath[kind * rows + row]!;
      }
      floors.firstTokens[m] = first;
      this.#decoding[m] = decoding;
    }
    this.#close(floors, replica, from, to, lastFirstToken, end);
  }

  /** Raises the ends: none is before the last micro-batch has its first tokens and its decode passes. */
  #close(
    { firstTokens, lastFirstTokens, ends }: ReplicaFloors,
    replica: number,
    from: number,
    to: number,
    lastFirst: number,
    end: number,
  ): void {
    let lastFirstToken = lastFirst;
    let over = end;
    for (let m = from; m < to; m++) {
      lastFirstToken = Math.max(lastFirstToken, firstTokens[m]!);
      over = Math.max(over, firstTokens[m]! + this.#decoding[m]!);
    }
    lastFirstTokens[replica] = lastFirstToken;
    ends[replica] = Math.max(over, lastFirstToken);
  }
}

function copyBefore({ firstTokens, lastFirstTokens, ends }: ReplicaFloors, replicaStarts: Int32Array, replica: number): void {
  firstTokens.copyWithin(replicaStarts[replica]!, replicaStarts[replica - 1]!, replicaStarts[replica]!);
  lastFirstTokens[replica] = lastFirstTokens[replica - 1]!;
  ends[replica] = ends[replica - 1]!;
}
