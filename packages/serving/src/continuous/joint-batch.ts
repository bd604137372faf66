import type { Decoding, Pass, Phase } from "../pass.ts";
import type { RequestSlots } from "../request-slots.ts";
import type { RequestLog } from "../scheduler.ts";
import type { Members } from "./members.ts";
import { SlotList } from "./slot-list.ts";

/** Hears nothing. */
const NOBODY: RequestLog = {
  started() {},
  firstToken() {},
  gaps() {},
  steps() {},
  loading() {},
  preempted() {},
  finished() {},
  rejected() {},
};

/**
 * A micro-batch that sequences join and leave, and at the same time its pass of the moment. Its data groups step together, because the
 * experts are everybody's: a group that has nothing to compute waits for the others.
 */
export class JointBatch implements Pass {
  readonly replica: number;
  readonly microBatch: number;
  index = -1;
  phase: Phase = 0;
  readonly sequences: Float64Array;
  readonly newTokens: Float64Array;
  readonly contextTokens: Float64Array;
  readonly pairs: Float64Array;
  readonly windowedContextTokens: Float64Array;
  readonly windowedPairs: Float64Array;
  readonly reprojectedTokens: Float64Array;
  readonly outputs: Float64Array;
  readonly decoding: Decoding;
  /** Whether its pass is under way. */
  running = false;

  /** [data groups] */
  readonly #members: readonly Members[];
  readonly #requests: RequestSlots;
  readonly #left: (slot: number) => void;
  readonly #outcome = { log: NOBODY, firsts: new SlotList(), finished: new SlotList() };

  /** `left` is told of each request that has its last token. */
  constructor(replica: number, microBatch: number, members: readonly Members[], requests: RequestSlots, left: (slot: number) => void) {
    this.replica = replica;
    this.microBatch = microBatch;
    this.#members = members;
    this.#requests = requests;
    this.#left = left;
    const column = () => new Float64Array(members.length);
    this.sequences = column();
    this.newTokens = column();
    this.contextTokens = column();
    this.pairs = column();
    this.windowedContextTokens = column();
    this.windowedPairs = column();
    this.reprojectedTokens = column();
    this.outputs = column();
    this.decoding = { sequences: column(), contextTokens: column(), windowedContextTokens: column() };
  }

  /** Becomes the next pass; false when no group has anything to compute. */
  form(nowNs: number, log: RequestLog): boolean {
    let tokens = 0;
    let phase: Phase = 1;
    for (let g = 0; g < this.#members.length; g++) {
      const members = this.#members[g]!;
      members.form(this.index + 1, nowNs, log);
      const { share } = members;
      this.sequences[g] = share.sequences;
      this.newTokens[g] = share.newTokens;
      this.contextTokens[g] = share.contextTokens;
      this.pairs[g] = share.pairs;
      this.windowedContextTokens[g] = share.windowedContextTokens;
      this.windowedPairs[g] = share.windowedPairs;
      this.reprojectedTokens[g] = share.reprojectedTokens;
      this.outputs[g] = share.outputs;
      this.decoding.sequences[g] = share.decoding;
      this.decoding.contextTokens[g] = share.decodingContext;
      this.decoding.windowedContextTokens[g] = share.decodingWindowed;
      tokens += share.newTokens;
      if (members.computesPrompts) phase = 0;
    }
    if (tokens === 0) return false;
    this.index++;
    this.phase = phase;
    this.running = true;
    for (const members of this.#members) members.inFlight = true;
    return true;
  }

  foreseen(): number {
    if (this.phase === 0) return 1;
    let count = Number.POSITIVE_INFINITY;
    for (const members of this.#members) count = Math.min(count, members.foreseen(this.index));
    return count;
  }

  /** The pass and those foreseen after it, `count` in all, have ended at `endsNs`. */
  endRun(endsNs: Float64Array, count: number, log: RequestLog): void {
    if (count > 1) this.advance(endsNs, count - 1, log);
    this.end(endsNs[count - 1]!, log);
  }

  /** The first `count` of the pass and those foreseen after it have ended at `endsNs`; one more is under way. */
  advance(endsNs: Float64Array, count: number, log: RequestLog): void {
    let decoding = 0;
    for (const members of this.#members) {
      members.closeGaps(endsNs[0]!, log);
      decoding += members.decoding;
    }
    log.steps(endsNs, count, decoding);
    for (const members of this.#members) members.advance(count, endsNs[count - 1]!);
    this.index += count;
  }

  /** The pass has ended: its tokens are out. */
  end(nowNs: number, log: RequestLog): void {
    if (!this.running) throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} ends without running`);
    this.running = false;
    for (const members of this.#members) members.inFlight = false;
    const { firsts, finished } = this.#outcome;
    firsts.clear();
    finished.clear();
    this.#outcome.log = log;
    for (const members of this.#members) members.finish(nowNs, this.#outcome);
    firsts.sort(this.#requests.number);
    finished.sort(this.#requests.number);
    for (let i = 0; i < firsts.size; i++) log.firstToken(firsts.at(i), nowNs);
    for (let i = 0; i < finished.size; i++) {
      const slot = finished.at(i);
      this.#left(slot);
      log.finished(slot, nowNs);
    }
  }
}
