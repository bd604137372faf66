import type { WorkTotals } from "../counts/work-totals.ts";
import { areLayersAlike } from "../inputs/alike-layers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { RunOptions } from "../options/run-options.ts";
import type { Stage } from "../stages/stage.ts";
import type { Visits } from "../stages/visits.ts";
import type { ByShape } from "./by-shape.ts";
import type { Conditions } from "./launched-pass.ts";
import type { Ahead, PassRun, RunsOwner } from "./pass-run.ts";
import { SlicePasses } from "./slice-passes.ts";

/** View of the pool that the stage belongs to. */
interface Owner extends RunsOwner {
  readonly stages: readonly Stage[];
}

/** Visits of micro-batches to a stage, each timed as a whole. */
export class StageVisits implements Visits {
  crossedNs = 0;
  leavesNs = 0;
  readonly #owner: Owner;
  /** [slices] passes without moves of experts, and with them. */
  readonly #still: readonly ByShape<SlicePasses>[];
  readonly #moving: readonly (ByShape<SlicePasses> | undefined)[];

  constructor(stage: Stage, owner: Owner, { spans, counts }: RunOptions) {
    const { setup, stages } = owner;
    const experts = setup.scenario.model.experts?.count ?? 0;
    const sizes = {
      routesApart: owner.law === undefined && !areLayersAlike(setup),
      experts,
      tables: stages.length,
      ahead: 1,
      window: spans,
      counts,
    };
    this.#owner = owner;
    this.#still = stage.spec.slices.map((slice) => SlicePasses.byShape(stage, slice, owner, sizes));
    this.#moving = stage.spec.slices.map(({ moving }) => moving && SlicePasses.byShape(stage, moving, owner, sizes));
  }

  /** Gives the stages of `pool` visits, unless their ops are to run one by one. */
  static equip(pool: Owner, options: RunOptions): void {
    if (options.executor === "stages" || pool.setup.network.contends) return;
    for (const stage of pool.stages) stage.visits = new StageVisits(stage, pool, options);
  }

  /** How passes over the first slice are timed, while the stage is as it is now. */
  get passes(): SlicePasses {
    return this.#still[0]!.current;
  }

  run(microBatch: MicroBatch, nowNs: number, conditions: Conditions): void {
    const { slice, moves } = microBatch;
    const passes = (moves === undefined ? this.#still : this.#moving)[slice]!.current;
    this.#end(passes.start(microBatch.scheduled!, microBatch, nowNs, alone(), conditions), passes, microBatch, nowNs);
  }

  runBefore(microBatch: MicroBatch, nowNs: number, untilNs: number): boolean {
    const passes = this.passes;
    if (passes.routesApart) return false; // its draws cannot be undone
    const { loop } = passes.programOf(microBatch);
    microBatch.admittedNs = nowNs;
    loop.start(microBatch.scheduled!, microBatch, nowNs, alone());
    if (loop.leavesNs >= untilNs) return false;
    this.#end(loop, passes, microBatch, nowNs);
    return true;
  }

  addTo(totals: WorkTotals): void {
    for (const shaped of [...this.#still, ...this.#moving]) for (const passes of shaped?.all ?? []) passes.addTo(totals);
  }

  close(): void {
    for (const shaped of [...this.#still, ...this.#moving]) for (const passes of shaped?.all ?? []) passes.close();
  }

  #end(run: PassRun, passes: SlicePasses, microBatch: MicroBatch, nowNs: number): void {
    const { probe } = this.#owner.recorder.work;
    this.crossedNs = run.endsNs[0]!;
    this.leavesNs = run.leavesNs;
    if (probe !== undefined && !run.isRecorded && run.leavesNs > probe.nextSampleNs)
      passes.recordOps(microBatch.scheduled!, microBatch, nowNs, probe.inFlight);
    run.end(microBatch.spentOnStageNs);
  }
}

/** A pass with none behind it. */
function alone(): Ahead {
  return { most: 1, untilNs: Number.POSITIVE_INFINITY, composed: 0 };
}
