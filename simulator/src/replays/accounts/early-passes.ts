import { ATTENTION, clearWorkTally, createWorkTally, HEAD, OP_KINDS, type OpCosts } from "@tokenyard/program";
import type { Probe } from "../../metrics/probe.ts";
import { addBusy, type SoFar } from "../../metrics/so-far.ts";
import type { StageSpec } from "../../stages/stage-spec.ts";
import type { SegmentTimes } from "../segments/segment-times.ts";
import { AskedRow } from "./asked-row.ts";
import type { PassSummary } from "./pass-summary.ts";

const KINDS = OP_KINDS.length;
const { FRESH, SEEN } = AskedRow;

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
  /** Kinds of ops in its programs. */
  readonly #kinds: readonly number[];
  /** Where any have run since the last sample. */
  readonly #fresh: PassSummary[] = [];
  // Of the attention cores in steps that only decode, by data group, in one layer of one rank; without numbers where nobody asks for bytes:
  readonly #decodedTokens: Float64Array;
  readonly #decodedContext: Float64Array;
  /** [data groups] bytes of what else tokens do not tell of, of one rank */
  readonly #moved: Float64Array;
  readonly #tally = createWorkTally();

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
    this.#kinds = [...new Set(inPrograms.map(({ kind }) => kind))];
    this.#decodedTokens = new Float64Array(wanted.bytes ? dataGroups : 0);
    this.#moved = new Float64Array(wanted.bytes ? dataGroups : 0);
    this.#decodedContext = new Float64Array(wanted.bytes ? dataGroups : 0);
  }

  /** The passes of `run` have ended. */
  add(run: SegmentTimes): void {
    if (!this.#isAsked) return;
    const facts = run.facts!;
    const place = FRESH + run.microBatch!.phase;
    facts.asked![place] = facts.asked![place]! + run.count;
    if (!facts.isFresh) {
      facts.isFresh = true;
      this.#fresh.push(facts);
    }
    if (this.#decodedTokens.length > 0) this.#move(run);
  }

  /** All passes like `facts` that samples have not been told of are told. */
  tell(facts: PassSummary): void {
    const asked = facts.asked!;
    const prompts = asked[FRESH]!;
    const decodes = asked[FRESH + 1]!;
    if (prompts + decodes === 0) return;
    const { told } = this.#probe;
    if (facts.ops!.length > 0) told.ops.addList(facts.ops!, prompts + decodes);
    if (this.#row.withLanes) this.#tellBusy(facts, prompts + decodes);
    if (this.#row.withBytes) this.#tellBytes(facts, prompts + decodes, decodes);
    asked[FRESH] = 0;
    asked[FRESH + 1] = 0;
    asked[SEEN] = asked[SEEN]! + prompts + decodes;
  }

  /** Those of passes that have run are accounted for, and told to the recorder: from none on they are counted anew. */
  settle(facts: PassSummary): void {
    if (!this.#isAsked) return;
    this.tell(facts);
    const seen = facts.asked![SEEN]!;
    if (this.#row.withLanes && seen > 0) this.#tellBusy(facts, -seen);
    facts.asked![SEEN] = 0;
  }

  /** All that have run by now are told, and what none of them tells goes to `soFar`: of a rank [phases × data groups]. */
  addTo(soFar: SoFar, attentionNs: Float64Array, headNs: Float64Array): void {
    for (let i = 0; i < this.#fresh.length; i++) {
      this.#fresh[i]!.isFresh = false;
      this.tell(this.#fresh[i]!);
    }
    this.#fresh.length = 0;
    if (!this.#isAsked) return;
    const { firstRank, ranks } = this.#spec;
    const groups = this.#groups;
    for (let r = 0; soFar.busyNs.length > 0 && r < ranks; r++) {
      const g = Math.floor(r / this.#ranksPerGroup);
      soFar.work(firstRank + r, ATTENTION, attentionNs[g]! + attentionNs[groups + g]!);
      soFar.work(firstRank + r, HEAD, headNs[g]! + headNs[groups + g]!);
    }
    for (let g = 0; g < this.#decodedTokens.length; g++) {
      clearWorkTally(this.#tally);
      this.#costs.decoded.addDecoded(this.#decodedTokens[g]!, this.#decodedContext[g]!, this.#ops.attentions, this.#tally);
      this.#moveGroup(soFar.bytes, g, this.#moved[g]! + this.#tally.memoryBytes);
    }
  }

  /** Bytes of what tokens do not tell of. */
  #move({ microBatch, count, attention, windowed, head, sequences, contextTokens }: SegmentTimes): void {
    const { attentions, windowed: windows, heads } = this.#ops;
    const { phase } = microBatch!;
    for (let g = 0; g < this.#groups; g++) {
      let moved = this.#moved[g]!;
      if (windows > 0) moved += windows * windowed.groupBytes[g]! * count;
      if (heads > 0) moved += heads * head.groupBytes[g]! * count;
      if (phase === 0) moved += attentions * attention.groupBytes[g]!;
      else {
        const n = sequences[g]!;
        this.#decodedTokens[g] = this.#decodedTokens[g]! + n * count;
        this.#decodedContext[g] = this.#decodedContext[g]! + contextTokens[g]! * count + (n * count * (count - 1)) / 2; // as in Account
      }
      this.#moved[g] = moved;
    }
  }

  #tellBusy(facts: PassSummary, passes: number): void {
    const { busyNs } = this.#probe.told;
    if (!facts.knowsLanes) this.#knowLanes(facts);
    const asked = facts.asked!;
    const { lanes, bytes } = this.#row;
    for (let at = lanes, to = this.#spec.firstRank * 2; at < bytes; at++, to++) busyNs[to] = busyNs[to]! + asked[at]! * passes;
  }

  #tellBytes(facts: PassSummary, passes: number, decodes: number): void {
    const { bytes } = this.#probe.told;
    const { firstRank } = this.#spec;
    const asked = facts.asked!;
    const { bytes: first, projections } = this.#row;
    for (let at = first, rank = firstRank; at < projections; at++, rank++) bytes[rank] = bytes[rank]! + asked[at]! * passes;
    if (decodes === 0) return;
    if (!facts.knowsProjections) this.#knowProjections(facts);
    for (let g = 0; g < this.#groups; g++) this.#moveGroup(bytes, g, asked[projections + g]! * decodes);
  }

  /** Each rank of data group `g` has moved so many. */
  #moveGroup(bytes: Float64Array, g: number, moved: number): void {
    const first = this.#spec.firstRank + g * this.#ranksPerGroup;
    for (let rank = first; rank < first + this.#ranksPerGroup; rank++) bytes[rank] = bytes[rank]! + moved;
  }

  #knowLanes(facts: PassSummary): void {
    const { busyNs } = facts;
    const lanesNs = facts.asked!.subarray(this.#row.lanes, this.#row.bytes).fill(0);
    facts.knowsLanes = true;
    for (let r = 0; r < this.#spec.ranks; r++) {
      for (let i = 0; i < this.#kinds.length; i++) {
        const kind = this.#kinds[i]!;
        addBusy(lanesNs, r, kind, busyNs[r * KINDS + kind]!);
      }
    }
  }

  #knowProjections(facts: PassSummary): void {
    facts.knowsProjections = true;
    for (let g = 0; g < this.#groups; g++) {
      clearWorkTally(this.#tally);
      this.#costs.decoded.addProjectionsOf(facts.tokens[g]!, this.#ops.attentions, this.#tally);
      facts.asked![this.#row.projections + g] = this.#tally.memoryBytes;
    }
  }
}
