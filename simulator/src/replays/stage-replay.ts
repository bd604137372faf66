import type { Plan } from "@tokenyard/placement";
import { NETWORK } from "@tokenyard/program";
import type { PoolSetup } from "../setup/setup.ts";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { ProgramReplay } from "../stages/program-replay.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice } from "../stages/stage-spec.ts";
import { areLayersAlike, isInTurn } from "./in-turn.ts";
import type { RunParts } from "./pass-run.ts";
import { SegmentRun } from "./segment-run.ts";
import { type Segments, segmentsOf } from "./segments.ts";

/** The pool whose stage it is. */
interface Owner extends RunParts {
  readonly setup: PoolSetup;
  readonly stages: readonly Stage[];
}

/**
 * Visits of micro-batches to a stage of a pipeline, each timed as a whole up to its send. Exact where nothing of the micro-batch before is in its
 * way: its compute lanes are free when it is admitted, and the network is when it first needs it.
 */
export class StageReplay implements ProgramReplay {
  readonly #stage: Stage;
  /** [slices] undefined where a visit falls into no segments */
  readonly #runs: readonly (SegmentRun | undefined)[];
  /** [slices] Whether ops before the send are on the network. */
  readonly #usesNetwork: readonly boolean[];

  /** Undefined where no visit can be timed as a whole. */
  static of(stage: Stage, pool: Owner): StageReplay | undefined {
    const { setup, stages } = pool;
    if (setup.network.contends === true) return undefined;
    const { plan, scenario } = setup;
    const sizes = {
      routesApart: !areLayersAlike(setup),
      tellsRouting: true,
      experts: scenario.model.experts?.count ?? 0,
      tables: stages.length,
      ahead: 1,
    };
    const runs = stage.spec.slices.map((slice) => {
      const segments = isInTurn(slice.program) && slice.program.beforeSend > 0 ? segmentsOf(slice, stage.spec.ranks) : undefined;
      if (segments === undefined || (sizes.routesApart && segments.routed === undefined)) return undefined;
      return leavesTogether(slice, segments, plan) ? new SegmentRun(stage, slice, segments, pool, plan, sizes) : undefined;
    });
    return runs.every((run) => run === undefined) ? undefined : new StageReplay(stage, runs);
  }

  private constructor(stage: Stage, runs: readonly (SegmentRun | undefined)[]) {
    this.#stage = stage;
    this.#runs = runs;
    this.#usesNetwork = stage.spec.slices.map(({ program: { ops, beforeSend } }) =>
      ops.slice(0, beforeSend).some(({ lane }) => lane === NETWORK),
    );
  }

  run(microBatch: MicroBatch, nowNs: number): number | undefined {
    const run = this.#runs[microBatch.slice];
    if (run === undefined || (this.#usesNetwork[microBatch.slice]! && !this.#findsNetworkFree(microBatch, nowNs))) return undefined;
    const endNs = run.start(microBatch.scheduled!, microBatch, nowNs, 1, Number.POSITIVE_INFINITY);
    if (endNs !== undefined) run.end(microBatch.spentOnStageNs);
    return endNs;
  }

  close(): void {
    for (const run of this.#runs) run?.close();
  }

  /** Whether the network is free on every rank when its first attention ends; nothing uses it before. */
  #findsNetworkFree({ slice, scheduled, sequences }: MicroBatch, nowNs: number): boolean {
    const free = this.#stage.laneFreeNs[NETWORK];
    let freeNs = nowNs;
    for (let r = 0; r < free.length; r++) if (free[r]! > freeNs) freeNs = free[r]!;
    if (freeNs === nowNs) return true;
    const { ops } = this.#stage.spec.slices[slice]!.program;
    const first = ops.find(({ work }) => work === "attention" || work === "windowed-attention");
    if (first === undefined) return false;
    const { durationNs } = sequences!.cost(first.work === "attention" ? "attention" : "windowed-attention", scheduled!);
    let least = Number.POSITIVE_INFINITY;
    for (let g = 0; g < durationNs.length; g++) if (durationNs[g]! < least) least = durationNs[g]!;
    return freeNs <= nowNs + least;
  }
}

/** Whether all ranks end what stands before the send together, so that its critical path is theirs; where nothing is sent that does not matter. */
function leavesTogether({ program }: Slice, { last }: Segments, { dataGroups }: Plan): boolean {
  return program.beforeSend === program.ops.length || dataGroups === 1 || last.ops.length === 0;
}
