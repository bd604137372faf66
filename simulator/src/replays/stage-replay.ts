import type { Plan } from "@tokenyard/placement";
import { createOpCost, NETWORK, type OpCost } from "@tokenyard/program";
import type { SoFar } from "../metrics/so-far.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { lastEndNs } from "../stages/critical-path.ts";
import type { ProgramReplay } from "../stages/program-replay.ts";
import { slowDown } from "../stages/slowdown.ts";
import type { Stage } from "../stages/stage.ts";
import type { Slice } from "../stages/stage-spec.ts";
import { areLayersAlike } from "./segments/in-turn.ts";
import type { SegmentRun } from "./segments/segment-run.ts";
import type { Segments } from "./segments/segments.ts";
import { ShapedRuns } from "./shaped-runs.ts";
import type { RunsOwner } from "./slice-runs.ts";

/** The pool whose stage it is. */
interface Owner extends RunsOwner {
  readonly stages: readonly Stage[];
}

/**
 * Visits of micro-batches to a stage of a pipeline, each timed as a whole. Its compute lanes are free when a micro-batch is admitted; in segments, which tell
 * of no send, the network has to be when it is first needed.
 */
export class StageReplay implements ProgramReplay {
  sentNs: number | undefined;
  readonly #stage: Stage;
  /** [slices] undefined where a visit has nothing before a send */
  readonly #runs: readonly (ShapedRuns | undefined)[];
  /** [slices] Whether ops before the send are on the network. */
  readonly #usesNetwork: readonly boolean[];
  /** Of a send. */
  readonly #sending: OpCost;
  readonly #owner: Owner;

  /** Undefined where no visit can be timed as a whole. */
  static of(stage: Stage, pool: Owner): StageReplay | undefined {
    const { setup, stages } = pool;
    const { plan, scenario } = setup;
    if (setup.network.contends === true) return undefined;
    const sizes = {
      routesApart: !areLayersAlike(setup),
      experts: scenario.model.experts?.count ?? 0,
      tables: stages.length,
      ahead: 1,
    };
    const runs = stage.spec.slices.map((slice) => {
      if (slice.program.beforeSend === 0) return undefined;
      const of = new ShapedRuns(stage, slice, pool, sizes, (segments) => leavesTogether(slice, segments, plan));
      return of.any ? of : undefined;
    });
    return runs.every((run) => run === undefined) ? undefined : new StageReplay(stage, runs, pool);
  }

  private constructor(stage: Stage, runs: readonly (ShapedRuns | undefined)[], owner: Owner) {
    this.#stage = stage;
    this.#runs = runs;
    this.#owner = owner;
    this.#usesNetwork = stage.spec.slices.map(({ program: { ops, beforeSend } }) =>
      ops.slice(0, beforeSend).some(({ lane }) => lane === NETWORK),
    );
    this.#sending = createOpCost(stage.spec.ranks);
  }

  /** How passes over the first slice are timed that fall into segments, while the stage is as it is now; undefined where none do. */
  get segments(): SegmentRun | undefined {
    return this.#runs[0]?.segments;
  }

  run(microBatch: MicroBatch, nowNs: number, cutNs: number): number | undefined {
    const { slice, scheduled, spentOnStageNs } = microBatch;
    const runs = this.#runs[slice]?.of(microBatch, nowNs, cutNs);
    if (runs === undefined) return undefined;
    const findsFree = !this.#usesNetwork[slice]! || this.#findsNetworkFree(microBatch, nowNs);
    const run = runs.start(scheduled!, microBatch, nowNs, 1, Number.POSITIVE_INFINITY, findsFree);
    if (run === undefined) {
      microBatch.goBack();
      return undefined;
    }
    const endNs = run.endsNs[0]!;
    if (cutNs < Number.POSITIVE_INFINITY && (run.sentNs ?? this.#latestSentNs(microBatch, endNs)) >= cutNs) {
      microBatch.goBack();
      return undefined;
    }
    this.sentNs = run.sentNs;
    const { probe } = this.#owner.recorder.work;
    if (probe !== undefined) {
      probe.took(endNs - nowNs);
      if ((run.sentNs ?? endNs) > probe.nextSampleNs && !runs.routesApart) runs.tellOps(run, scheduled!, microBatch, nowNs, probe.underWay);
    }
    run.end(spentOnStageNs);
    return endNs;
  }

  addTo(soFar: SoFar): void {
    for (const run of this.#runs) run?.addTo(soFar);
  }

  close(): void {
    for (const run of this.#runs) run?.close();
  }

  /** Until when the send lasts at most that is timed behind the visit, which ends at `endNs`: earlier ones may be in its way. */
  #latestSentNs(microBatch: MicroBatch, endNs: number): number {
    const { ops, beforeSend } = microBatch.staged!.program;
    if (beforeSend === ops.length) return endNs;
    this.#owner.costs.ask(ops[beforeSend]!, microBatch, this.#stage.spec, this.#sending);
    if (microBatch.slowdown !== undefined) slowDown(this.#sending.durationNs, microBatch.slowdown[NETWORK]);
    return Math.max(endNs, lastEndNs(this.#stage.laneFreeNs[NETWORK])) + lastEndNs(this.#sending.durationNs);
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
function leavesTogether({ program }: Slice, { last, byRank }: Segments, { dataGroups }: Plan): boolean {
  return program.beforeSend === program.ops.length || (dataGroups === 1 && !byRank) || last.ops.length === 0;
}
