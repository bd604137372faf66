import { Pass, type Phase } from "@tokenyard/model";
import type { ExpertPlacement } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";
import type { ModelSpec } from "@tokenyard/scenario";
import type { Gate } from "../experts/gate.ts";
import { PassWork } from "../micro-batches/pass-work.ts";

/** Draws the experts of many tokens at once, as if one source had them all, with sums by expert and rank. */
export class LawTotals {
  readonly #gate: Gate;
  readonly #work = new PassWork();

  constructor(gate: Gate, { experts }: ModelSpec) {
    this.#gate = gate;
    this.#work.scheduled = new Pass(0, 0, 1);
    this.#work.scheduled.rows = new Float64Array(1);
    this.#work.load = new ExpertLoad(1, experts!, 0);
  }

  /**
   * Routes `tokens` of `phase` in `layer` of stage number `stage`, with the experts of `placement`; undefined: the usual ones. The same
   * object each time.
   */
  route(layer: number, stage: number, placement: ExpertPlacement | undefined, phase: Phase, tokens: number, stream: Stream): ExpertLoad {
    const { scheduled, load } = this.#work;
    scheduled!.phase = phase;
    scheduled!.rows[0] = tokens;
    this.#work.draws = { routing: stream, overflow: stream };
    load!.forget();
    const now = this.#gate.survivingOf(stage);
    this.#gate.reshape(stage, placement);
    this.#gate.draw(layer, stage, this.#work);
    this.#gate.reshape(stage, now);
    return load!;
  }
}
