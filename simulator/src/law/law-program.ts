import type { Ledger } from "@tokenyard/executor";
import { PHASES, type Phase } from "@tokenyard/model";
import { COMPUTE, NETWORK, type Op } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import type { PassWork } from "../micro-batches/pass-work.ts";
import type { PassTape } from "../programs/pass-tape.ts";
import type { Stage } from "../stages/stage.ts";
import type { LawCheck } from "./law-check.ts";
import type { DrawParts, LawDraw } from "./law-draw.ts";
import type { FactsOfLaw } from "./law-facts.ts";
import { LawLoads } from "./law-loads.ts";
import type { Spread } from "./law-noise.ts";
import type { LawRows } from "./law-rows.ts";
import type { LawPass, LawTable } from "./law-table.ts";
import type { LawTotals } from "./law-totals.ts";

/** Parts with which a program on a stage reads the law. */
export interface LawProgramParts {
  readonly parts: DrawParts;
  readonly stage: Stage;
  readonly rows: LawRows;
  /** Draw of all tokens at once. */
  readonly draw: LawDraw;
  /** Draw as the run does it. */
  readonly exact: LawDraw;
  /** Totals of all tokens of a run; undefined where whole tokens choose among copies of experts. */
  readonly totals: LawTotals | undefined;
  /** [phases] */
  readonly tables: readonly LawTable[];
  readonly check: LawCheck;
  readonly seedName: string;
}

/** Passes of a program on a stage whose routed layers follow the law: their times and totals. */
export class LawProgram {
  readonly rows: LawRows;
  readonly #parts: LawProgramParts;
  readonly #means: Float64Array;
  /** [phases] */
  readonly #loads: readonly LawLoads[];

  constructor(parts: LawProgramParts) {
    this.rows = parts.rows;
    this.#parts = parts;
    this.#means = new Float64Array(parts.rows.length);
    this.#loads = PHASES.map((_, phase) => new LawLoads(parts.draw.tokens.length, parts.tables[phase]!));
  }

  /** The law of a pass with these `tokens` [data groups]. */
  look(tokens: Float64Array, phase: Phase): LawPass {
    let sum = 0;
    let fullest = 0;
    for (let g = 0; g < tokens.length; g++) {
      sum += tokens[g]!;
      if (tokens[g]! > fullest) fullest = tokens[g]!;
    }
    return this.#parts.tables[phase]!.look(sum, fullest, this.#means);
  }

  /** Fills the rows of `facts` that follow from where tokens go, of a program whose rows are `rows`. */
  fill(facts: FactsOfLaw, { rows }: PassTape): void {
    const { phase, costs } = facts;
    const means = this.#means;
    const pass = this.look(this.#tokensOf(facts), phase);
    const ranks = costs[0]!.durationNs.length;
    const waitedNs = new Float64Array(ranks);
    const lostNs = new Float64Array(ranks);
    for (const row of this.rows.rows) {
      const { times } = rows[row.row]!;
      const cost = costs[row.row]!;
      this.rows.fillCost(row, means, cost);
      const spanNs = this.rows.spanNs(row, means);
      facts.durations[row.row]!.fill(spanNs);
      const lost = this.rows.lostNs(row, means);
      for (let r = 0; r < ranks; r++) {
        waitedNs[r] = waitedNs[r]! + (spanNs - cost.durationNs[r]!) * times;
        if (row.op.lane === COMPUTE) lostNs[r] = lostNs[r]! + lost[r]! * times;
      }
    }
    facts.law = { pass, spread: spreadOf(pass), waitedNs, lostNs };
    facts.masked = Math.round(pass.missed);
    facts.elsewhere = Math.round(pass.elsewhere);
  }

  /** Adds `passes` passes of `phase` with these facts: `ledger` and `slowestNs` [ranks] get the time that ranks waited for slower ones. */
  settle(facts: FactsOfLaw, phase: Phase, passes: number, ledger: Ledger, slowestNs: Float64Array): void {
    const law = facts.law!;
    const { waitedNs, lostNs } = law;
    const tokens = this.#tokensOf(facts);
    ledger.wait(phase, NETWORK, waitedNs, passes);
    for (let r = 0; r < lostNs.length; r++) slowestNs[r] = slowestNs[r]! + lostNs[r]! * passes;
    this.#loads[phase]!.add(law.pass, tokens, passes);
    this.#parts.check.offer(this, tokens, phase, law.pass.meanNs);
  }

  /** Sends the tokens of a draft's pass to its experts: one draw for each number of tokens, which is the same whenever it is asked for. */
  drawDraft({ layer, part }: Op, work: PassWork): void {
    const { parts, stage, seedName } = this.#parts;
    const stream = parts.streams.fresh(`${seedName}/draft/${layer}/${part}/${work.scheduled!.rows.join("/")}`);
    const { draws } = work;
    work.draws = { routing: stream, overflow: stream };
    parts.gate.draw(layer, stage.spec.id, work);
    work.draws = draws;
  }

  /** [data groups] tokens of the pass itself, without those of a draft behind it. */
  #tokensOf({ tokens }: FactsOfLaw): Float64Array {
    return tokens.subarray(0, this.#parts.draw.tokens.length);
  }

  /** Layers of a pass that are drawn: `most` where all are alike, else each. */
  drawnLayers(phase: Phase, most: number): number {
    const { layers, areAlike } = this.#parts.tables[phase]!.layers;
    return areAlike ? Math.min(most, layers.length) : layers.length;
  }

  /** How long the routed layers of a pass with these `tokens` [data groups] took in one exact draw, in nanoseconds. */
  drawNs(tokens: Float64Array, phase: Phase, most: number, number: number): number {
    const { exact, tables, parts } = this.#parts;
    const { layers } = tables[phase]!.layers;
    const drawn = this.drawnLayers(phase, most);
    const stream = parts.streams.fresh(`${this.#parts.seedName}/check/${number}`);
    let sumNs = 0;
    for (let i = 0; i < drawn; i++) {
      exact.tokens.set(tokens);
      exact.draw(layers[i]!, phase, stream, number);
      sumNs += exact.tookNs;
    }
    return (sumNs * layers.length) / drawn;
  }

  /** Ends the passes: their routing is drawn once, and recorded. */
  close(recorder: Recorder): void {
    const { draw, stage, parts, seedName, totals } = this.#parts;
    const { id } = stage.spec;
    for (const phase of [0, 1] as const)
      this.#loads[phase]!.record(recorder, id, phase, draw, parts.streams.fresh(`${seedName}/routed/${id}/${phase}`), totals);
    LawLoads.recordWindows(this.#loads, recorder, draw, parts.streams.fresh(`${seedName}/windows/${id}`), totals);
  }

  /** [phases] of all passes: their routed time, and the variance of its mean that nodes leave. */
  get errors(): readonly { readonly sumNs: number; readonly variance: number }[] {
    return this.#loads.map((loads) => loads.error);
  }
}

/** How passes of the same law differ. */
export function spreadOf({ variance, third }: LawPass): Spread {
  const sigmaNs = Math.sqrt(variance);
  return { sigmaNs, skew: sigmaNs === 0 ? 0 : third / (sigmaNs * variance) };
}
