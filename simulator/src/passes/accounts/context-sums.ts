import type { Keys, RankEnds } from "@tokenyard/executor";
import { PHASES, type Phase } from "@tokenyard/model";
import { ATTENTION, createKernelWork, type GroupCost, HEAD, type KernelWork, NETWORK, type OpCosts } from "@tokenyard/program";
import type { WorkTotals } from "../../counts/work-totals.ts";
import type { Recorder } from "../../logs/recorder.ts";
import { FIRST_STEADY, type PassTape } from "../../programs/pass-tape.ts";
import type { StageSpec } from "../../programs/stage-spec.ts";
import type { FormPasses } from "../form-passes.ts";

/** Work on contexts of passes that were timed by their form, by key and data group, until it is read. */
export class ContextSums {
  readonly #spec: StageSpec;
  readonly #keys: Keys;
  readonly #costs: OpCosts;
  readonly #groups: number;
  readonly #ranksPerGroup: number;
  /** [contexts] ops in a pass */
  readonly #ops: Float64Array;
  // Nanoseconds of a rank: [phases × keys]
  readonly #attentionNs: Float64Array;
  readonly #headNs: Float64Array;
  /** [phases] from the start of a pass to that of its last segment */
  readonly #syncNs = new Float64Array(PHASES.length);
  /**
   * On the last segment: [phases × keys] of the rank's own contexts, [phases × data groups] of those of the slowest rank before the
   * meeting.
   */
  readonly #tailNs: Float64Array;
  readonly #leadNs: Float64Array;
  // [data groups] Of the attention cores in decode-only steps, in one layer of one rank:
  readonly #decodedTokens: Float64Array;
  readonly #decodedContext: Float64Array;
  /** [data groups] bytes of one rank, without the attention cores and the head of decode-only steps; empty if bytes are not requested */
  readonly #moved: Float64Array;
  /** FLOPs of all ranks, without those cores. */
  #flops = 0;
  // Of the current run: [contexts][keys] sums over its passes, and those of the last pass.
  readonly #sumsNs: readonly Float64Array[];
  readonly #lastNs: readonly Float64Array[];

  constructor(spec: StageSpec, { rows, contexts }: PassTape, keys: Keys, costs: OpCosts, withBytes: boolean) {
    const groups = keys.leads.length;
    const all = keys.factors.length;
    const ofKeys = () => contexts.map(() => new Float64Array(all));
    this.#spec = spec;
    this.#keys = keys;
    this.#costs = costs;
    this.#groups = groups;
    this.#ranksPerGroup = spec.ranks / groups;
    this.#ops = Float64Array.from(contexts, (_, c) => rows.find(({ context }) => context === c)?.times ?? 0);
    this.#attentionNs = new Float64Array(PHASES.length * all);
    this.#headNs = new Float64Array(PHASES.length * all);
    this.#tailNs = new Float64Array(PHASES.length * all);
    this.#leadNs = new Float64Array(PHASES.length * groups);
    this.#decodedTokens = new Float64Array(groups);
    this.#decodedContext = new Float64Array(groups);
    this.#moved = new Float64Array(withBytes ? groups : 0);
    this.#sumsNs = ofKeys();
    this.#lastNs = ofKeys();
  }

  /** Passes have ended. */
  add(run: FormPasses, recorder: Recorder): void {
    const { phase } = run.microBatch!;
    this.#sum(run);
    this.#addTimes(run, phase);
    this.#addWork(run, phase, recorder);
    if (this.#moved.length > 0) this.#move(run, phase);
  }

  /** Fills `out` [ranks] with the instants at which ranks reached `ends` in the last pass of `run`, which was added last. */
  fillEnds({ valueNs, counts, leadCounts }: RankEnds, { endNs, times, slowestNs, count }: FormPasses, out: Float64Array): void {
    const { of, groupOf, leads, areMixed } = this.#keys;
    const startNs = endNs - times.tailNs(slowestNs, count - 1);
    for (let r = 0; r < out.length; r++) {
      const key = of[r]!;
      let ns = startNs + valueNs[r]!;
      for (let c = 0; c < counts.length; c++) {
        if (counts[c] === 0) continue;
        const own = this.#lastNs[c]![key]!;
        if (areMixed) ns += leadCounts[c]! * this.#lastNs[c]![leads[groupOf[r]!]!]! + (counts[c]! - leadCounts[c]!) * own;
        else ns += counts[c]! * own;
      }
      out[r] = ns;
    }
  }

  /** Adds to `totals` what the recorder gets at the end, without ranks that are `gone`. */
  addTo(totals: WorkTotals, gone: Uint8Array | undefined): void {
    const { of } = this.#keys;
    const { firstRank, ranks } = this.#spec;
    const keys = this.#keys.factors.length;
    for (let r = 0; totals.busyNs.length > 0 && r < ranks; r++) {
      if (gone?.[r] === 1) continue;
      totals.work(firstRank + r, ATTENTION, this.#attentionNs[of[r]!]! + this.#attentionNs[keys + of[r]!]!);
      totals.work(firstRank + r, HEAD, this.#headNs[of[r]!]! + this.#headNs[keys + of[r]!]!);
    }
    if (this.#moved.length > 0) {
      const cores = createKernelWork();
      this.#addCores(cores);
      totals.flops[firstRank] = totals.flops[firstRank]! + this.#flops + cores.flops;
    }
    for (let g = 0; g < this.#moved.length; g++) {
      const cores = this.#costs.decoded.decodedBytes(this.#decodedTokens[g]!, this.#decodedContext[g]!) * this.#ops[0]!;
      const first = firstRank + g * this.#ranksPerGroup;
      for (let rank = first; rank < first + this.#ranksPerGroup; rank++) totals.bytes[rank] = totals.bytes[rank]! + this.#moved[g]! + cores;
    }
  }

  /** Ends the passes. */
  close(recorder: Recorder, gone: Uint8Array | undefined): void {
    const { work } = recorder;
    const { of, groupOf } = this.#keys;
    const { firstRank, ranks } = this.#spec;
    for (const each of [work.tally, work.kindOf(ATTENTION, 1)]) this.#addCores(each);
    for (let r = 0; r < ranks; r++) {
      if (gone?.[r] === 1) continue;
      for (const phase of PHASES.keys()) {
        const key = phase * this.#keys.factors.length + of[r]!;
        const attentionNs = this.#attentionNs[key]!;
        const headNs = this.#headNs[key]!;
        recorder.lanes.worked(firstRank + r, phase, ATTENTION, attentionNs);
        recorder.lanes.worked(firstRank + r, phase, HEAD, headNs);
        const leadNs = this.#leadNs[phase * this.#groups + groupOf[r]!]!;
        recorder.lanes.waited(firstRank + r, phase, NETWORK, this.#syncNs[phase]! + leadNs + this.#tailNs[key]! - attentionNs - headNs);
      }
    }
  }

  /** Adds the attention cores of decode-only steps. */
  #addCores(work: KernelWork): void {
    const attentions = this.#ops[0]! * this.#ranksPerGroup;
    this.#costs.decoded.addDecoded(sumOf(this.#decodedTokens), sumOf(this.#decodedContext), attentions, work);
  }

  /** Sums of contexts over the passes of `run`, by key. */
  #sum({ attentionNs, steps: { windowed, head, steady }, count }: FormPasses): void {
    const { groups, factors } = this.#keys;
    const size = this.#groups;
    const [growing, windows, heads] = this.#sumsNs as [Float64Array, Float64Array, Float64Array];
    const [lastGrowing, lastWindows, lastHeads] = this.#lastNs as [Float64Array, Float64Array, Float64Array];
    for (let k = 0; k < groups.length; k++) {
      const g = groups[k]!;
      const factor = factors[k]!;
      let sum = 0;
      if (factor === 1) for (let i = 0, at = g; i < count; i++, at += size) sum += attentionNs[at]!;
      else for (let i = 0, at = g; i < count; i++, at += size) sum += Math.round(attentionNs[at]! * factor);
      growing[k] = sum;
      lastGrowing[k] = slowed(attentionNs[(count - 1) * size + g]!, factor);
      lastWindows[k] = slowed(windowed.durationNs[g]!, factor);
      lastHeads[k] = slowed(head.durationNs[g]!, factor);
      windows[k] = lastWindows[k]! * count;
      heads[k] = lastHeads[k]! * count;
      for (let s = 0; s < steady.length; s++) {
        const last = slowed(steady[s]!.durationNs[g]!, factor);
        this.#lastNs[FIRST_STEADY + s]![k] = last;
        this.#sumsNs[FIRST_STEADY + s]![k] = last * count;
      }
    }
  }

  #addTimes({ facts, times, slowestNs, count, tookNs }: FormPasses, phase: Phase): void {
    const { counts, leadCounts } = facts!.form!.tail;
    const { groups, leads, areMixed } = this.#keys;
    const [growing, windows, heads] = this.#sumsNs as [Float64Array, Float64Array, Float64Array];
    this.#syncNs[phase] = this.#syncNs[phase]! + (tookNs - times.tailsNs(slowestNs, count));
    const ops = this.#ops;
    for (let k = 0, at = phase * groups.length; k < groups.length; k++, at++) {
      this.#attentionNs[at] = this.#attentionNs[at]! + (ops[0]! * growing[k]! + ops[1]! * windows[k]!);
      for (let c = FIRST_STEADY; c < ops.length; c++) this.#attentionNs[at] = this.#attentionNs[at]! + ops[c]! * this.#sumsNs[c]![k]!;
      this.#headNs[at] = this.#headNs[at]! + ops[2]! * heads[k]!;
      let tailNs = 0;
      for (let c = 0; c < counts.length; c++) if (counts[c]! > 0) tailNs += (counts[c]! - leadCounts[c]!) * this.#sumsNs[c]![k]!;
      this.#tailNs[at] = this.#tailNs[at]! + tailNs;
    }
    for (let g = 0; areMixed && g < this.#groups; g++) {
      const at = phase * this.#groups + g;
      for (let c = 0; c < counts.length; c++) this.#leadNs[at] = this.#leadNs[at]! + leadCounts[c]! * this.#sumsNs[c]![leads[g]!]!;
    }
  }

  /** FLOPs, and bytes of all ranks. */
  #addWork({ count, steps, contextTokens }: FormPasses, phase: Phase, { work }: Recorder): void {
    const { attention, windowed, head, sequences } = steps;
    const { decoded } = this.#costs;
    const { tally } = work;
    const [attentions, windows, heads] = this.#ops as unknown as [number, number, number];
    for (let g = 0; phase === 1 && g < this.#groups; g++) {
      const n = sequences[g]!;
      if (decoded.isTabled) tally.insideSeconds += decoded.decodedInside(n, contextTokens[g]!, count) * attentions * this.#ranksPerGroup;
      this.#decodedTokens[g] = this.#decodedTokens[g]! + n * count;
      this.#decodedContext[g] = this.#decodedContext[g]! + contextTokens[g]! * count + (n * count * (count - 1)) / 2; // pass i has i·n tokens more than the first
    }
    const add = ({ flops, bytes, insideSeconds }: GroupCost, times: number, kind = ATTENTION) => {
      const own = work.kindOf(kind, phase);
      tally.flops += flops * times * this.#ranksPerGroup;
      tally.memoryBytes += bytes * times * this.#ranksPerGroup;
      own.flops += flops * times * this.#ranksPerGroup;
      this.#flops += flops * times * this.#ranksPerGroup;
      own.memoryBytes += bytes * times * this.#ranksPerGroup;
      tally.insideSeconds += insideSeconds * times * this.#ranksPerGroup;
    };
    if (phase === 0) add(attention, attentions);
    if (windows > 0) add(windowed, windows * count);
    if (heads > 0) add(head, heads * count, HEAD);
    for (let s = 0; s < steps.steady.length; s++) add(steps.steady[s]!, this.#ops[FIRST_STEADY + s]! * count);
  }

  /** Bytes by data group. */
  #move({ count, steps: { attention, windowed, head, steady } }: FormPasses, phase: Phase): void {
    const moved = this.#moved;
    const [attentions, windows, heads] = this.#ops as unknown as [number, number, number];
    for (let g = 0; g < moved.length; g++) {
      let bytes = 0;
      if (heads > 0) bytes += heads * count * head.groupBytes[g]!;
      if (windows > 0) bytes += windows * count * windowed.groupBytes[g]!;
      for (let s = 0; s < steady.length; s++) bytes += this.#ops[FIRST_STEADY + s]! * count * steady[s]!.groupBytes[g]!;
      if (phase === 0 && attentions > 0) bytes += attentions * attention.groupBytes[g]!;
      moved[g]! += bytes;
    }
  }
}

function slowed(ns: number, factor: number): number {
  return factor === 1 ? ns : Math.round(ns * factor);
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < numbers.length; g++) sum += numbers[g]!;
  return sum;
}
