import { ATTENTION, COMPUTE, HEAD, laneOfKind, NETWORK, OP_KINDS, type OpCosts } from "@tokenyard/program";
import type { Probe } from "../../metrics/probe.ts";
import { isOfGpu, type SoFar } from "../../metrics/so-far.ts";
import type { StageSpec } from "../../stages/stage-spec.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import { AskedRow } from "./asked-row.ts";
import type { PassSummary } from "./pass-summary.ts";

const KINDS = OP_KINDS.length;
const { SEEN } = AskedRow;

/** Ops in a pass, of a rank. */
interface OpsInPass {
  readonly attentions: number;
  readonly windowed: number;
  readonly heads: number;
}

/** What samples are told of passes that are accounted for by their tokens, and so told to the recorder late: each sample of those that have run since the last. */
export class EarlyPasses {
  readonly #probe: Probe;
  readonly #spec: StageSpec;
  readonly #costs: OpCosts;
  readonly #ops: OpsInPass;
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  readonly #isAsked: boolean;
  readonly #row: AskedRow;
  /** Kinds of ops in its programs, by lane. */
  readonly #kernels: readonly number[];
  readonly #transfers: readonly number[];
  /** Where any have run since the last sample. */
  readonly #fresh: PassSummary[] = [];
  // Of the attention cores in steps that only decode, by data group, in one layer of one rank; without numbers where nobody asks for bytes:
  readonly #decodedTokens: Float64Array;
  readonly #decodedContext: Float64Array;
  /** [data groups] bytes of one rank, of what else tokens do not tell of */
  readonly #moved: Float64Array;
  /** Of passes that samples were told of, numbers as the row has them: lanes, but of passes that the recorder has been told of, bytes and projections. */
  readonly #told: Float64Array;

  constructor(probe: Probe, spec: StageSpec, costs: OpCosts, dataGroups: number, ops: OpsInPass) {
    const { wanted } = probe;
    this.#probe = probe;
    this.#spec = spec;
    this.#costs = costs;
    this.#ops = ops;
    this.#groups = dataGroups;
    this.#ranksPerGroup = spec.ranks / dataGroups;
    const inPrograms = spec.slices.flatMap(({ program }) => program.ops);
    this.#isAsked = wanted.asksOf(inPrograms);
    this.#row = new AskedRow(wanted, spec.ranks, dataGroups);
    this.#told = new Float64Array(this.#row.costs);
    const kinds = [...new Set(inPrograms.map(({ kind }) => kind))].filter(isOfGpu);
    this.#kernels = kinds.filter((kind) => laneOfKind(kind) === COMPUTE);
    this.#transfers = kinds.filter((kind) => laneOfKind(kind) === NETWORK);
    this.#decodedTokens = new Float64Array(wanted.bytes ? dataGroups : 0);
    this.#moved = new Float64Array(wanted.bytes ? dataGroups : 0);
    this.#decodedContext = new Float64Array(wanted.bytes ? dataGroups : 0);
  }

  /** The passes of `run` have ended, and are counted. */
  add(run: SegmentTimes): void {
    if (!this.#isAsked) return;
    const facts = run.facts!;
    if (!facts.isFresh) {
      facts.isFresh = true;
      this.#fresh.push(facts);
    }
    if (this.#decodedTokens.length > 0) this.#move(run);
  }

  /** All passes like `facts` that samples have not been told of are told. */
  #tell(facts: PassSummary): void {
    const asked = facts.asked!;
    const { passes } = facts;
    const decodes = passes[1]! - asked[SEEN + 1]!;
    const fresh = passes[0]! - asked[SEEN]! + decodes;
    if (fresh === 0) return;
    if (this.#row.withLanes && !facts.knowsLanes) this.#knowLanes(facts);
    this.#add(asked, this.#row.lanes, this.#row.projections, fresh);
    this.#tellRest(facts, fresh, decodes);
    asked[SEEN] = passes[0]!;
    asked[SEEN + 1] = passes[1]!;
  }

  /**
   * Passes that have run are about to be accounted for, and told to the recorder: from none on they are counted anew. How long ranks were at it the
   * recorder tells, so that what samples were told of that is taken back.
   */
  settle(facts: PassSummary): void {
    if (!this.#isAsked) return;
    const asked = facts.asked!;
    const { passes } = facts;
    const { lanes, bytes, projections, withLanes } = this.#row;
    const seen = asked[SEEN]! + asked[SEEN + 1]!;
    const fresh = passes[0]! + passes[1]! - seen;
    if (fresh > 0) {
      this.#add(asked, bytes, projections, fresh);
      this.#tellRest(facts, fresh, passes[1]! - asked[SEEN + 1]!);
    }
    if (withLanes && seen > 0) this.#add(asked, lanes, bytes, -seen);
    asked[SEEN] = 0;
    asked[SEEN + 1] = 0;
  }

  /** All that have run by now are told, and what none of them tells goes to `soFar`: of a rank [phases × data groups]. */
  addTo(soFar: SoFar, attentionNs: Float64Array, headNs: Float64Array): void {
    for (let i = 0; i < this.#fresh.length; i++) {
      this.#fresh[i]!.isFresh = false;
      this.#tell(this.#fresh[i]!);
    }
    this.#fresh.length = 0;
    if (!this.#isAsked) return;
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
    for (let g = 0; g < this.#decodedTokens.length; g++) {
      const decoded = this.#costs.decoded.decodedBytes(this.#decodedTokens[g]!, this.#decodedContext[g]!) * this.#ops.attentions;
      this.#moveGroup(soFar.bytes, g, this.#moved[g]! + told[projections + g]! + decoded);
    }
  }

  /** Bytes of what tokens do not tell of. */
  #move({ microBatch, count, attention, windowed, head, sequences, contextTokens }: SegmentTimes): void {
    const { attentions, windowed: windows, heads } = this.#ops;
    if (windows > 0) addTimes(this.#moved, windowed.groupBytes, windows * count);
    if (heads > 0) addTimes(this.#moved, head.groupBytes, heads * count);
    if (microBatch!.phase === 0) addTimes(this.#moved, attention.groupBytes, attentions);
    else {
      const tokens = this.#decodedTokens;
      const context = this.#decodedContext;
      const later = (count - 1) / 2; // pass i has i tokens more of each sequence than the first
      for (let g = 0; g < tokens.length; g++) {
        const n = sequences[g]!;
        tokens[g] = tokens[g]! + n * count;
        context[g] = context[g]! + (contextTokens[g]! + n * later) * count;
      }
    }
  }

  /** Ops of communication, and the projections of so many passes that decode. */
  #tellRest(facts: PassSummary, passes: number, decodes: number): void {
    if (facts.ops!.length > 0) this.#probe.told.ops.addList(facts.ops!, passes);
    if (decodes === 0 || !this.#row.withBytes) return;
    if (!facts.knowsProjections) this.#knowProjections(facts);
    this.#add(facts.asked!, this.#row.projections, this.#row.costs, decodes);
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

  #knowLanes(facts: PassSummary): void {
    const { busyNs } = facts;
    const asked = facts.asked!;
    facts.knowsLanes = true;
    for (let r = 0, first = 0, at = this.#row.lanes; r < this.#spec.ranks; r++, first += KINDS, at += 2) {
      asked[at + COMPUTE] = sumOf(busyNs, first, this.#kernels);
      asked[at + NETWORK] = sumOf(busyNs, first, this.#transfers);
    }
  }

  #knowProjections(facts: PassSummary): void {
    facts.knowsProjections = true;
    for (let g = 0; g < this.#groups; g++) {
      facts.asked![this.#row.projections + g] = this.#costs.decoded.projectionBytes(facts.tokens[g]!) * this.#ops.attentions;
    }
  }
}

function addTimes(into: Float64Array, bytes: Float64Array, times: number): void {
  for (let g = 0; g < into.length; g++) into[g] = into[g]! + bytes[g]! * times;
}

function sumOf(busyNs: Float64Array, first: number, kinds: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < kinds.length; i++) sum += busyNs[first + kinds[i]!]!;
  return sum;
}
