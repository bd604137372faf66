import { Pass, type Phase } from "@tokenyard/model";
import type { ExpertPlacement } from "@tokenyard/placement";
import { createOpCost, type ExpertLoad, type OpCost, type OpCosts, type PickedTokens } from "@tokenyard/program";
import type { Stream, Streams } from "@tokenyard/random";
import type { Gate } from "../experts/gate.ts";
import type { MicroBatches } from "../micro-batches/micro-batches.ts";
import type { PassWork } from "../micro-batches/pass-work.ts";
import { type Slowdown, slowDown } from "../programs/shape.ts";
import type { Stage } from "../stages/stage.ts";
import type { NumberedRouter } from "./draws/numbered-router.ts";
import type { LawRow, LawRows } from "./law-rows.ts";
import type { LawTotals } from "./law-totals.ts";

/** Parts for making draws. */
export interface DrawParts {
  readonly costs: OpCosts;
  /** Gate of the run. */
  readonly gate: Gate;
  readonly microBatches: MicroBatches;
  readonly streams: Streams;
  /** Whether bytes of memory are requested by rank. */
  readonly withBytes: boolean;
}

/** Choice of experts for tokens: by the gate of the run, or by one that deals copies out. */
export interface DrawnBy {
  readonly gate: Gate;
  /** Router of a gate that deals copies out; undefined: of another gate. */
  readonly numbered?: NumberedRouter | undefined;
  /** Counts tokens, where they may be counted as they are picked. */
  readonly picked?: PickedTokens | undefined;
}

/** Draws the experts of layers without recording, with the gate, costs and placement of the run at its creation. */
export class LawDraw {
  /** Result of the last draw. */
  readonly work: PassWork;
  /** How long the routed part of the layer took on the stage. */
  tookNs = 0;
  /** [rows] time by which each row delayed the stage, and its cost */
  readonly spansNs: Float64Array;
  readonly costs: readonly OpCost[];
  readonly #parts: DrawParts;
  readonly #gate: Gate;
  readonly #numbered: NumberedRouter | undefined;
  readonly #stage: Stage;
  readonly #rows: LawRows;
  readonly #slowdown: Slowdown | undefined;
  readonly #placement: ExpertPlacement | undefined;
  readonly #picked: PickedTokens | undefined;
  readonly #endsNs: Float64Array;

  constructor(parts: DrawParts, { gate, numbered, picked }: DrawnBy, stage: Stage, rows: LawRows, dataGroups: number) {
    const { ranks, replica } = stage.spec;
    this.#parts = parts;
    this.#gate = gate;
    this.#numbered = numbered;
    this.#stage = stage;
    this.#rows = rows;
    this.#slowdown = stage.shape?.slowdown;
    this.#placement = parts.gate.survivingOf(stage.spec.id);
    this.#picked = picked;
    this.work = parts.microBatches.offTheRecord();
    this.work.scheduled = new Pass(replica, 0, dataGroups);
    this.work.scheduled.rows = new Float64Array(dataGroups);
    this.spansNs = new Float64Array(rows.rows.length);
    this.costs = rows.rows.map(() => createOpCost(ranks, parts.withBytes));
    this.#endsNs = new Float64Array(ranks);
  }

  /** The tokens of each data group, to be filled before a draw. */
  get tokens(): Float64Array {
    return this.work.scheduled!.rows;
  }

  /** Sends the tokens of a pass of `phase` to the experts of `layer`. */
  route(layer: number, phase: Phase, stream: Stream): void {
    const { work } = this;
    work.scheduled!.phase = phase;
    work.draws = { routing: stream, overflow: stream };
    work.load!.forget();
    const gate = this.#gate;
    const { id } = this.#stage.spec;
    const now = gate.survivingOf(id);
    gate.reshape(id, this.#placement);
    if (this.#picked === undefined || !gate.pick(layer, id, work, this.#picked)) gate.draw(layer, id, work);
    gate.reshape(id, now);
  }

  /** Sends `tokens` in all to the experts of `layer`, by what `totals` draw. */
  routeInAll(totals: LawTotals, layer: number, phase: Phase, tokens: number, stream: Stream): ExpertLoad {
    return totals.route(layer, this.#stage.spec.id, this.#placement, phase, tokens, stream);
  }

  /** Draws the experts of tokens, and costs the rows. A gate that deals draws by `number`, the others from `stream`. */
  draw(layer: number, phase: Phase, stream: Stream, number: number): void {
    if (this.#numbered !== undefined) this.#numbered.number = number;
    this.route(layer, phase, stream);
    const { rows } = this.#rows;
    this.#endsNs.fill(0);
    this.tookNs = 0;
    for (let i = 0; i < rows.length; i++) {
      const { op } = rows[i]!;
      const cost = this.costs[i]!;
      this.#parts.costs.ask(op, this.work, this.#stage.spec, cost);
      if (this.#slowdown !== undefined) slowDown(cost.durationNs, this.#slowdown[op.lane]);
      const endNs = this.#pass(rows[i]!, cost.durationNs);
      this.spansNs[i] = endNs - this.tookNs;
      this.tookNs = endNs;
    }
  }

  /** Runs a row on all ranks, for `durationNs`. Returns the time when the last ends. */
  #pass({ groups }: LawRow, durationNs: Float64Array): number {
    const endsNs = this.#endsNs;
    let lastNs = 0;
    if (groups === undefined) {
      for (let r = 0; r < endsNs.length; r++) {
        endsNs[r] = endsNs[r]! + durationNs[r]!;
        if (endsNs[r]! > lastNs) lastNs = endsNs[r]!;
      }
      return lastNs;
    }
    const { members, offsets } = groups;
    for (let group = 0; group < offsets.length - 1; group++) {
      let startNs = 0;
      let longestNs = 0;
      for (let i = offsets[group]!; i < offsets[group + 1]!; i++) {
        startNs = Math.max(startNs, endsNs[members[i]!]!);
        longestNs = Math.max(longestNs, durationNs[members[i]!]!);
      }
      for (let i = offsets[group]!; i < offsets[group + 1]!; i++) endsNs[members[i]!] = startNs + longestNs;
      lastNs = Math.max(lastNs, startNs + longestNs);
    }
    return lastNs;
  }
}
