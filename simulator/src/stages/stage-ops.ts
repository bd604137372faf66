import { isOfDraft, NETWORK, type Op } from "@tokenyard/program";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { LinkDowns } from "../programs/links/link-downs.ts";
import { type Shape, slowDown } from "../programs/shape.ts";
import type { StageLanes } from "../programs/stage-spec.ts";
import { timeOp } from "../programs/timing.ts";
import type { StageParts } from "./stage-context.ts";

/** A stage as its ops see it. */
interface OpsOwner extends StageLanes {
  readonly shape: Shape | undefined;
  readonly downs: LinkDowns | undefined;
}

/** The ops of a stage: timed when they are launched, and recorded when they have ended, or are lost. */
export class StageOps {
  readonly #stage: OpsOwner;
  readonly #costs: StageParts["costs"];
  readonly #gate: StageParts["gate"];
  readonly #recorder: StageParts["recorder"];
  /** [ranks] time when the results that an op uses are there */
  readonly #readyNs: Float64Array;

  constructor(stage: OpsOwner, { costs, gate, recorder }: StageParts) {
    this.#stage = stage;
    this.#costs = costs;
    this.#gate = gate;
    this.#recorder = recorder;
    this.#readyNs = new Float64Array(stage.spec.ranks);
  }

  /** Op number `o` of `microBatch` is launched: when it ends on its last rank. */
  time(microBatch: MicroBatch, o: number): number {
    const { program, groups } = microBatch.staged!;
    const op = program.ops[o]!;
    const run = microBatch.runs[o]!;
    const pass = microBatch.workOf(op);
    const ready = this.#readyFor(op, microBatch);
    if (op.work === "gate") this.#gate!.draw(op.layer, this.#stage.spec.id, pass, microBatch.admittedNs, microBatch.isLocal);
    if (op.work === "experts") this.#gate?.awaitExperts(pass.load!, this.#stage.spec.id, this.#stage.laneFreeNs[op.lane], ready);
    this.#costs.ask(op, pass, this.#stage.spec, run);
    if (microBatch.slowdown !== undefined && op.work !== "host") slowDown(run.durationNs, microBatch.slowdown[op.lane]);
    const endNs = timeOp(groups[o]!, this.#stage.laneFreeNs[op.lane], ready, run.durationNs, run);
    return this.#stage.downs === undefined || op.lane !== NETWORK ? endNs : this.#stage.downs.hold(op, groups[o]!, run, endNs);
  }

  /** Records an op that has ended on all its ranks. */
  commit(microBatch: MicroBatch, o: number): void {
    const op = microBatch.staged!.program.ops[o]!;
    const run = microBatch.runs[o]!;
    this.#recorder.commit(this.#stage, op, microBatch, run);
    if (this.#stage.downs !== undefined && op.lane === NETWORK) this.#stage.downs.delays.add(op, run.heldNs);
    if ((this.#stage.shape?.gone !== undefined || microBatch.isLocal) && op.work === "gate" && !isOfDraft(op)) {
      const { missed, elsewhere } = microBatch.workOf(op).load!;
      this.#gate!.count(this.#stage.spec.replica, missed, elsewhere);
    }
    this.#stage.laneFreeNs[op.lane].set(run.endNs);
  }

  /** Interrupts a running op at `nowNs`. */
  lose(microBatch: MicroBatch, o: number, nowNs: number): void {
    this.#recorder.lose(this.#stage, microBatch.staged!.program.ops[o]!, microBatch, microBatch.runs[o]!, nowNs);
  }

  /** [ranks] time when the results that `op` uses are there; valid until the next call */
  #readyFor({ after }: Op, { runs, admittedNs }: MicroBatch): Float64Array {
    if (after.length === 1) return runs[after[0]!]!.endNs;
    const ready = this.#readyNs.fill(admittedNs);
    for (let i = 0; i < after.length; i++) {
      const { endNs } = runs[after[i]!]!;
      for (let r = 0; r < ready.length; r++) if (endNs[r]! > ready[r]!) ready[r] = endNs[r]!;
    }
    return ready;
  }
}
