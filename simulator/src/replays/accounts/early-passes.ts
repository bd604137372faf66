import type { Phase } from "@tokenyard/model";
import { ATTENTION, COMPUTE, HEAD, LANE_OF_KIND, NETWORK, OP_KINDS, type OpCosts } from "@tokenyard/program";
import type { Probe } from "../../metrics/probe.ts";
import { isOfGpu, type SoFar } from "../../metrics/so-far.ts";
import type { StageSpec } from "../../stages/stage-spec.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import { AskedRow } from "./asked-row.ts";
import type { PassSummary } from "./pass-summary.ts";

const KINDS = OP_KINDS.length;

/** Ops in a pass, of a rank. */
interface OpsInPass {
  readonly attentions: number;
  readonly windowed: number;
  readonly heads: number;
}

/** What tokens do not tell of, as the account has it: of a rank of each data group. */
interface ByGroup {
  /** [phases × data groups] */
  readonly attentionNs: Float64Array;
  readonly headNs: Float64Array;
  /** [data groups] of the attention cores in steps that only decode, in one layer */
  readonly decodedTokens: Float64Array;
  readonly decodedContext: Float64Array;
}

/**
 * What samples are told of passes that are accounted for by their tokens, and so told to the recorder late: each run of passes adds to one row when it ends,
 * while what follows from its tokens is at hand.
 */
export class EarlyPasses {
  readonly #probe: Probe;
  readonly #spec: StageSpec;
  readonly #costs: OpCosts;
  readonly #ops: OpsInPass;
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  readonly #row: AskedRow;
  /** Where what samples are told of each pass begins in the row: without lanes where the recorder is told of it before the next. */
  readonly #from: number;
  /** Kinds of ops in its programs, by lane. */
  readonly #kernels: readonly number[];
  readonly #transfers: readonly number[];
  /** [data groups] bytes of one rank, of what tokens do not tell of, but for attention cores that decode; without numbers where nobody asks for bytes */
  readonly #moved: Float64Array;
  /** Of passes that samples were told of, numbers as the row has them: lanes, but of passes that the recorder has been told of, bytes and projections. */
  readonly #told: Float64Array;

  private constructor(probe: Probe, spec: StageSpec, costs: OpCosts, dataGroups: number, ops: OpsInPass, routesApart: boolean) {
    const { wanted } = probe;
    this.#probe = probe;
    this.#spec = spec;
    this.#costs = costs;
    this.#ops = ops;
    this.#groups = dataGroups;
    this.#ranksPerGroup = spec.ranks / dataGroups;
    const inPrograms = spec.slices.flatMap(({ program }) => program.ops);
    this.#row = new AskedRow(wanted, spec.ranks, dataGroups);
    this.#from = routesApart ? this.#row.bytes : this.#row.lanes;
    this.#told = new Float64Array(this.#row.costs);
    const kinds = [...new Set(inPrograms.map(({ kind }) => kind))].filter(isOfGpu);
    this.#kernels = kinds.filter((kind) => LANE_OF_KIND[kind] === COMPUTE);
    this.#transfers = kinds.filter((kind) => LANE_OF_KIND[kind] === NETWORK);
    this.#moved = new Float64Array(wanted.bytes ? dataGroups : 0);
  }

  /** Undefined where nobody asks. `routesApart`: whether each pass is told to the recorder before the next. */
  static of(probe: Probe, spec: StageSpec, costs: OpCosts, dataGroups: number, ops: OpsInPass, routesApart: boolean) {
    const isAsked = spec.slices.some(({ program }) => probe.wanted.asksOf(program.ops));
    return isAsked ? new EarlyPasses(probe, spec, costs, dataGroups, ops, routesApart) : undefined;
  }

  /** The passes of `run` have ended. */
  add(run: SegmentTimes): void {
    const { count } = run;
    const facts = run.facts!;
    const { phase } = run.microBatch!;
    if (!facts.isAskedKnown) this.#know(facts);
    this.#add(facts.passes, this.#from, phase === 1 ? this.#row.costs : this.#row.projections, count);
    if (this.#transfers.length > 0) this.#probe.told.ops.addList(facts.ops!, count);
    this.#move(run, phase);
  }

  /** Passes that have run are about to be accounted for. How long ranks were at it the recorder tells, so that what samples were told of that is taken back. */
  settle({ passes }: PassSummary): void {
    const { bytes } = this.#row;
    const told = passes[0]! + passes[1]!;
    if (this.#from < bytes && told > 0) this.#add(passes, this.#from, bytes, -told);
  }

  /** All that have run by now go to `soFar`. */
  addTo(soFar: SoFar, { attentionNs, headNs, decodedTokens, decodedContext }: ByGroup): void {
    const { firstRank, ranks } = this.#spec;
    const groups = this.#groups;
    const told = this.#told;
    const { lanes, bytes, projections } = this.#row;
    for (let at = lanes, to = firstRank * 2; at < bytes; at++, to++) soFar.busyNs[to] = soFar.busyNs[to]! + told[at]!;
    for (let at = bytes, rank = firstRank; at < projections; at++, rank++) soFar.bytes[rank] = soFar.bytes[rank]! + told[at]!;
    for (let r = 0; soFar.busyNs.length > 0 && r < ranks; r++) {
      const g = Math.floor(r / this.#ranksPerGroup);
      soFar.work(firstRank + r, ATTENTION, attentionNs[g]! + attentionNs[groups + g]!);
      soFar.work(firstRank + r, HEAD, headNs[g]! + headNs[groups + g]!);
    }
    for (let g = 0; g < this.#moved.length; g++) {
      const decoded = this.#costs.decoded.decodedBytes(decodedTokens[g]!, decodedContext[g]!) * this.#ops.attentions;
      this.#moveGroup(soFar.bytes, g, this.#moved[g]! + told[projections + g]! + decoded);
    }
  }

  /** Bytes of what tokens do not tell of. */
  #move({ count, attention, windowed, head }: SegmentTimes, phase: Phase): void {
    const moved = this.#moved;
    const windows = this.#ops.windowed * count;
    const heads = this.#ops.heads * count;
    const attentions = phase === 0 ? this.#ops.attentions : 0;
    for (let g = 0; g < moved.length; g++) {
      let bytes = heads * head.groupBytes[g]!;
      if (windows > 0) bytes += windows * windowed.groupBytes[g]!;
      if (attentions > 0) bytes += attentions * attention.groupBytes[g]!;
      moved[g]! += bytes;
    }
  }

  #add(asked: Float64Array, from: number, end: number, passes: number): void {
    const told = this.#told;
    for (let at = from; at < end; at++) told[at] = told[at]! + asked[at]! * passes;
  }

  /** Each rank of data group `g` has moved so many. */
  #moveGroup(bytes: Float64Array, g: number, moved: number): void {
    const first = this.#spec.firstRank + g * this.#ranksPerGroup;
    for (let rank = first; rank < first + this.#ranksPerGroup; rank++) bytes[rank] = bytes[rank]! + moved;
  }

  /** What nobody asks of a pass that has not ended. */
  #know(facts: PassSummary): void {
    const { bytes, projections, costs } = this.#row;
    facts.isAskedKnown = true;
    if (this.#from < bytes) this.#knowLanes(facts);
    if (projections < costs) this.#knowProjections(facts);
  }

  #knowLanes(facts: PassSummary): void {
    const { busyNs } = facts;
    const asked = facts.passes;
    for (let r = 0, first = 0, at = this.#row.lanes; r < this.#spec.ranks; r++, first += KINDS, at += 2) {
      asked[at + COMPUTE] = sumOf(busyNs, first, this.#kernels);
      asked[at + NETWORK] = sumOf(busyNs, first, this.#transfers);
    }
  }

  #knowProjections(facts: PassSummary): void {
    for (let g = 0; g < this.#groups; g++) {
      facts.passes[this.#row.projections + g] = this.#costs.decoded.projectionBytes(facts.tokens[g]!) * this.#ops.attentions;
    }
  }
}

function sumOf(busyNs: Float64Array, first: number, kinds: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < kinds.length; i++) sum += busyNs[first + kinds[i]!]!;
  return sum;
}
