import type { Pass } from "@tokenyard/model";
import type { InFlightOps } from "../counts/in-flight-ops.ts";
import type { WorkTotals } from "../counts/work-totals.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Slice, StagedProgram } from "../programs/stage-spec.ts";
import type { Stage } from "../stages/stage.ts";
import { ByShape } from "./by-shape.ts";
import type { FormedPasses } from "./formed-passes.ts";
import type { Conditions, LaunchedPass } from "./launched-pass.ts";
import type { LoopPasses } from "./loop-passes.ts";
import type { Ahead, RunSizes, RunsOwner } from "./pass-run.ts";
import { TimedProgram } from "./timed-program.ts";

/** Timer of passes. */
export type TimedPasses = FormedPasses | LoopPasses | LaunchedPass;

/** Parts of a micro-batch that select its program. */
type Parts = Pick<MicroBatch, "isSplit" | "drafts">;

/** How passes over one slice of a stage are timed, in one piece and in halves. */
export class SlicePasses {
  /** Whether each layer draws its experts, or is given other ones than the rest. */
  readonly routesApart: boolean;
  readonly #stage: Stage;
  readonly #slice: Slice;
  readonly #owner: RunsOwner;
  readonly #sizes: RunSizes;
  /** [draws, or not] */
  readonly #wholes: (TimedProgram | undefined)[] = [undefined, undefined];
  readonly #halves: (TimedProgram | undefined)[] = [undefined, undefined];
  /** [drafts × draws, or not] */
  readonly #drafted: (TimedProgram | undefined)[] = [];

  /** Passes of a slice of `stage`, in each shape that it has had. */
  static byShape(stage: Stage, slice: Slice, owner: RunsOwner, sizes: Omit<RunSizes, "shape">): ByShape<SlicePasses> {
    return new ByShape([stage], () => {
      const { shape } = stage;
      return new SlicePasses(stage, slice, owner, {
        shape,
        ...sizes,
        routesApart: owner.law === undefined && (sizes.routesApart || shape?.isAlike === false),
      });
    });
  }

  private constructor(stage: Stage, slice: Slice, owner: RunsOwner, sizes: RunSizes) {
    this.#stage = stage;
    this.#slice = slice;
    this.#owner = owner;
    this.#sizes = sizes;
    this.routesApart = sizes.routesApart;
  }

  /**
   * Starts `pass` and the passes that `ahead` allows after it; fewer if something happens to the stage before. Returns their timer. Only a
   * pass that is launched op by op may be recorded already, or interrupted; others end before.
   */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, ahead: Ahead, conditions: Conditions): TimedPasses {
    microBatch.admittedNs = nowNs;
    const { window } = this.#sizes;
    const isKept = window !== undefined && nowNs < window.toNs;
    const quietNs = isKept ? Math.min(conditions.quietNs, window.fromNs) : conditions.quietNs;
    if (!this.routesApart && !conditions.isLocal && quietNs > nowNs) {
      ahead.untilNs = Math.min(ahead.untilNs, quietNs);
      const passes = this.#start(pass, microBatch, nowNs, ahead);
      if (passes.leavesNs < quietNs || (this.#sizes.ahead > 1 && passes.endBefore(quietNs) > 0)) return passes;
      microBatch.restart(pass); // it was examined
    }
    const { launched } = this.#program(microBatch, true);
    launched.start(pass, microBatch, nowNs, conditions, isKept);
    return launched;
  }

  /** Program of passes whose layers draw nothing, in one piece or in halves. */
  programOf(microBatch: Parts): TimedProgram {
    return this.#program(microBatch, false);
  }

  /** Adds the ops of `pass`, which starts now and draws nothing, to `inFlight` with their ends. To be called before the pass is accounted for. */
  recordOps(pass: Pass, microBatch: MicroBatch, nowNs: number, inFlight: InFlightOps): void {
    const { wanted } = this.#owner.recorder.work.probe!;
    if (wanted.asksOf(this.#slice.program.ops)) this.programOf(microBatch).loop.recordOps(pass, microBatch, nowNs, inFlight);
  }

  /** Adds what is not recorded yet. */
  addTo(totals: WorkTotals): void {
    for (const program of this.#all) program?.account.addTo(totals);
  }

  close(): void {
    for (const program of this.#all) program?.close();
  }

  #start(pass: Pass, microBatch: MicroBatch, nowNs: number, ahead: Ahead): FormedPasses | LoopPasses {
    const program = this.programOf(microBatch);
    if (!microBatch.isSplit && this.#sizes.ahead > 1) return program.startRow(pass, microBatch, nowNs, ahead);
    program.loop.start(pass, microBatch, nowNs, ahead);
    return program.loop;
  }

  #program({ isSplit, drafts }: Parts, draws: boolean): TimedProgram {
    const halves = isSplit ? this.#slice.halves : undefined;
    if (halves === undefined && drafts > 0 && this.#slice.drafts !== undefined) {
      const at = 2 * drafts + Number(draws);
      this.#drafted[at] ??= this.#make(this.#slice.drafts[drafts]!, draws);
      return this.#drafted[at];
    }
    const programs = halves === undefined ? this.#wholes : this.#halves;
    programs[Number(draws)] ??= this.#make(halves ?? this.#slice, draws);
    return programs[Number(draws)]!;
  }

  get #all(): readonly (TimedProgram | undefined)[] {
    return [...this.#wholes, ...this.#halves, ...this.#drafted];
  }

  #make(staged: StagedProgram, draws: boolean): TimedProgram {
    return new TimedProgram(this.#stage, staged, this.#owner, this.#sizes, draws);
  }
}
