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
 * What samples are told of passes that are accounted for by their tokens, and so told to the recorder late. Of a run that ends it is only noted which passes it
 * was of: what follows from their tokens is added up when a sample is taken, or they are accounted for.
 */
export class EarlyPasses {
  readonly #probe: Probe;
  readonly #spec: StageSpec;
  readonly #costs: OpCosts;
  readonly #ops: OpsInPass;
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  readonly #row: AskedRow;
  /** [phases] where what samples are told of a pass begins in the row, and ends: without lanes where the recorder is told of it before the next */
  readonly #from: readonly [number, number];
  readonly #to: readonly [number, number];
  /** Whether lanes are among that. */
  readonly #tellsLanes: boolean;
  /** Kinds of ops in its programs, by lane. */
  readonly #kernels: readonly number[];
  readonly #transfers: readonly number[];
  /** [data groups] bytes of one rank, of what tokens do not tell of, but for steps that only decode without windows; without numbers where nobody asks for bytes */
  readonly #moved: Float64Array;
  /** Bytes of the head in a step that only decodes, where `#move` is not told of it: of its weights, and for each output. */
  readonly #headWeights: number;
  readonly #headOutput: number;
  /** What has run since the last sample, each once. */
  readonly #ran: PassSummary[] = [];
  /** Of passes that samples were told of, numbers as the row has them: bytes, and lanes but of passes that the recorder has been told of. */
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
    const row = new AskedRow(wanted, spec.ranks);
    this.#row = row;
    this.#from = [row.bytes, routesApart ? row.decoding : row.lanes];
    this.#to = [routesApart ? row.lanes : row.decoding, row.costs];
    this.#tellsLanes = !routesApart && wanted.ranks;
    this.#told = new Float64Array(row.costs);
    const kinds = [...new Set(inPrograms.map(({ kind }) => kind))].filter(isOfGpu);
    this.#kernels = kinds.filter((kind) => LANE_OF_KIND[kind] === COMPUTE);
    this.#transfers = kinds.filter((kind) => LANE_OF_KIND[kind] === NETWORK);
    this.#moved = new Float64Array(wanted.bytes ? dataGroups : 0);
    const heads = ops.windowed > 0 || !wanted.bytes ? 0 : ops.heads;
    this.#headWeights = heads === 0 ? 0 : heads * costs.decoded.headWeightBytes;
    this.#headOutput = heads === 0 ? 0 : heads * costs.decoded.headOutputBytes;
  }

  /** Undefined where nobody asks. `routesApart`: whether each pass is told to the recorder before the next. */
  static of(probe: Probe, spec: StageSpec, costs: OpCosts, dataGroups: number, ops: OpsInPass, routesApart: boolean) {
    const isAsked = spec.slices.some(({ program }) => probe.wanted.asksOf(program.ops));
    return isAsked ? new EarlyPasses(probe, spec, costs, dataGroups, ops, routesApart) : undefined;
  }

  /** The passes of `run` have ended. */
  add(run: SegmentTimes): void {
    const facts = run.facts!;
    if (!facts.hasRun) {
      facts.hasRun = true;
      this.#ran.push(facts);
    }
    const { phase } = run.microBatch!;
    if (phase === 0 || this.#ops.windowed > 0) this.#move(run, phase);
  }

  /** Passes that have run are about to be accounted for. How long ranks were at it the recorder tells, so that what samples were told of that is taken back. */
  settle(facts: PassSummary): void {
    this.#tell(facts);
    const { passes } = facts;
    const { told, lanes, decoding } = this.#row;
    const count = passes[told]! + passes[told + 1]!;
    if (count === 0) return;
    if (this.#tellsLanes) this.#add(passes, lanes, decoding, -count);
    passes[told] = 0;
    passes[told + 1] = 0;
  }

  /** Samples are told of those passes like `facts` of which they have not been. */
  #tell(facts: PassSummary): void {
    const { passes } = facts;
    const { told } = this.#row;
    for (let phase = 0; phase < 2; phase++) {
      const count = passes[phase]! - passes[told + phase]!;
      if (count === 0) continue;
      if (!facts.isAskedKnown) this.#know(facts);
      this.#add(passes, this.#from[phase]!, this.#to[phase]!, count);
      if (this.#transfers.length > 0) this.#probe.told.ops.addList(facts.ops!, count);
      passes[told + phase] = passes[phase]!;
    }
  }

  /** All that have run by now go to `soFar`. */
  addTo(soFar: SoFar, { attentionNs, headNs, decodedTokens, decodedContext }: ByGroup): void {
    const { firstRank, ranks } = this.#spec;
    const groups = this.#groups;
    const told = this.#told;
    const { bytes, lanes, decoding } = this.#row;
    for (let i = 0; i < this.#ran.length; i++) {
      this.#ran[i]!.hasRun = false;
      this.#tell(this.#ran[i]!);
    }
    this.#ran.length = 0;
    for (let at = lanes, to = firstRank * 2; at < decoding; at++, to++) soFar.busyNs[to] = soFar.busyNs[to]! + told[at]!;
    for (let at = bytes, also = decoding, rank = firstRank; at < lanes; at++, also++, rank++)
      soFar.bytes[rank] = soFar.bytes[rank]! + told[at]! + told[also]!;
    for (let r = 0; soFar.busyNs.length > 0 && r < ranks; r++) {
      const g = Math.floor(r / this.#ranksPerGroup);
      soFar.work(firstRank + r, ATTENTION, attentionNs[g]! + attentionNs[groups + g]!);
      soFar.work(firstRank + r, HEAD, headNs[g]! + headNs[groups + g]!);
    }
    for (let g = 0; g < this.#moved.length; g++) {
      const cores = this.#costs.decoded.decodedBytes(decodedTokens[g]!, decodedContext[g]!) * this.#ops.attentions;
      this.#moveGroup(soFar.bytes, g, this.#moved[g]! + cores + this.#headOutput * decodedTokens[g]!);
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
    const { decoding, costs } = this.#row;
    facts.isAskedKnown = true;
    if (this.#tellsLanes) this.#knowLanes(facts);
    if (decoding < costs) this.#knowDecoding(facts);
  }

  #knowLanes(facts: PassSummary): void {
    const { busyNs } = facts;
    const asked = facts.passes;
    for (let r = 0, first = 0, at = this.#row.lanes; r < this.#spec.ranks; r++, first += KINDS, at += 2) {
      asked[at + COMPUTE] = sumOf(busyNs, first, this.#kernels);
      asked[at + NETWORK] = sumOf(busyNs, first, this.#transfers);
    }
  }

  #knowDecoding({ passes, tokens }: PassSummary): void {
    const { bytes, decoding } = this.#row;
    for (let g = 0, r = 0; g < this.#groups; g++) {
      const projections = this.#costs.decoded.projectionBytes(tokens[g]!) * this.#ops.attentions;
      const own = projections + (tokens[g]! > 0 ? this.#headWeights : 0);
      for (let rank = 0; rank < this.#ranksPerGroup; rank++, r++) passes[decoding + r] = passes[bytes + r]! + own;
    }
  }
}

function sumOf(busyNs: Float64Array, first: number, kinds: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < kinds.length; i++) sum += busyNs[first + kinds[i]!]!;
  return sum;
}
