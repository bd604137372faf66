import { createByClass, createDecoding, type Decoding, Pass, type Phase } from "@tokenyard/model";
import type { BatchSizes } from "../batches/batch-sizes.ts";
import type { Intake } from "../intake/intake.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { Speculation } from "../speculation/speculation.ts";
import type { DataGroup, Outcome, Service } from "./data-group.ts";
import { PassGaps } from "./decoding/pass-gaps.ts";
import { Members } from "./members.ts";
import { Share, type WholePass } from "./share.ts";
import { SlotList } from "./slot-list.ts";

/**
 * A micro-batch that sequences join and leave, and at the same time its pass of the moment. Its data groups step together, because the
 * experts are everybody's: a group that has nothing to compute waits for the others.
 */
export class JointBatch extends Pass implements WholePass {
  declare readonly reprojectedTokens: Float64Array;
  declare readonly decoding: Decoding;
  /** Whether its pass is under way. */
  running = false;
  /** Most rows in one pass: of a data group, of all data groups together, and of rows of a group that needed logits. */
  mostRows = 0;
  mostTotalRows = 0;
  mostOutputs = 0;
  /** Most sequences of a data group in a step that only decodes and that no captured graph holds. */
  mostUncaptured = 0;

  /** [data groups] */
  readonly #members: readonly Members[];
  readonly #requests: RequestSlots;
  readonly #batchSizes: BatchSizes | undefined;
  readonly #left: (slot: number) => void;
  /** Intake, where an engine's loop delays requests. */
  readonly #intake: Intake | undefined;
  /** Speculation, where steps verify drafts. */
  readonly #speculation: Speculation | undefined;
  readonly #isPrefill: boolean;
  readonly #keepsFirst: boolean;
  readonly #passes: number;
  readonly #streamInterval: number;
  /** [tokens of a block] as `Foresight.advance` has them */
  readonly #openedBy: Float64Array;
  readonly #outcome: Outcome = { firsts: new SlotList(), finished: new SlotList(), gaps: new PassGaps() };

  /** Batch of the sequences of `groups`; `left` gets each request that has its last token. */
  constructor(
    replica: number,
    microBatch: number,
    groups: readonly DataGroup[],
    service: Service,
    left: (slot: number) => void,
    intake?: Intake,
  ) {
    super(replica, microBatch, groups.length);
    this.index = -1;
    if (service.limits.classes !== undefined) this.byClass = createByClass(groups.length, service.limits.classes);
    this.#speculation = service.speculation;
    this.#isPrefill = service.limits.promptsOnly;
    this.#keepsFirst = service.limits.keepsFirst === true;
    this.#passes = service.limits.passes;
    this.#streamInterval = service.limits.streamInterval;
    if (this.#speculation !== undefined) {
      this.decoding = createDecoding(groups.length, true);
      this.drafts = new Float64Array(groups.length);
    }
    this.#batchSizes = service.limits.batchSizes;
    if (this.#batchSizes !== undefined) this.rows = new Float64Array(groups.length);
    this.#openedBy = new Float64Array(service.limits.blockTokens);
    this.#requests = service.requests;
    this.#left = left;
    this.#intake = intake;
    this.#members = groups.map((group, g) => new Members(group, service, this, new Share(this, g, service.limits)));
    for (const [g, members] of this.#members.entries()) groups[g]!.members.push(members);
  }

  /** Becomes the next pass; false when no group has anything to compute, or all passes are over. */
  form(nowNs: number, observer: SchedulerObserver): boolean {
    if (this.index + 1 >= this.#passes) return false;
    const intake = this.#intake;
    intake?.open(nowNs, this.#members);
    let phase = this.#fill(nowNs, observer);
    if (phase === undefined && !this.#isPressed && intake?.openAll(nowNs) === true) phase = this.#fill(nowNs, observer);
    if (phase === undefined) return false;
    intake?.began(nowNs, phase === 0);
    this.index++;
    this.phase = phase;
    this.running = true;
    const { rows, newTokens, outputs } = this;
    if (rows !== newTokens) {
      if (phase === 1) this.#pad();
      else rows.set(newTokens);
    }
    let total = 0;
    for (let g = 0; g < rows.length; g++) {
      total += rows[g]!;
      if (rows[g]! > this.mostRows) this.mostRows = rows[g]!;
      let yields = outputs[g]!;
      if (this.drafts !== undefined) {
        yields += this.decoding.sequences[g]! - this.decoding.newTokens[g]!;
        this.drafts[g] = this.#draftsAfter(this.sequences[g]!, yields);
      }
      if (yields > this.mostOutputs) this.mostOutputs = yields;
    }
    if (total > this.mostTotalRows) this.mostTotalRows = total;
    return true;
  }

  /** Pads a decode step to a captured batch size. */
  #pad(): void {
    const sizes = this.#batchSizes!;
    sizes.fill(this.newTokens, this.rows, this.sequences);
    for (const count of this.sequences) if (count > this.mostUncaptured && !sizes.holds(count)) this.mostUncaptured = count;
  }

  /** Whether a sequence had to yield, or waits for blocks: the next micro-batch may have them, and the one that yielded does not. */
  get #isPressed(): boolean {
    return this.#members.some(({ isPressed }) => isPressed);
  }

  /**
   * Drafts after a pass of `sequences` sequences of a data group, `yields` of which get a token: for prompts alone only the draft's cache
   * is filled.
   */
  #draftsAfter(sequences: number, yields: number): number {
    if (sequences === 0) return 0;
    const drafts = this.#speculation!.draftsOf(Math.max(1, yields));
    return this.#isPrefill || yields === 0 ? Math.min(drafts, 1) : drafts;
  }

  /** Fills in the next pass of the data groups. Returns its phase; undefined if no group has work. */
  #fill(nowNs: number, observer: SchedulerObserver): Phase | undefined {
    const all = this.#members;
    let tokens = 0;
    let phase: Phase = 1;
    for (let g = 0; g < all.length; g++) {
      all[g]!.form(this.index + 1, nowNs, observer);
      tokens += this.newTokens[g]!;
      if (this.sequences[g]! > this.decoding.sequences[g]!) phase = 0; // it computes a prompt
    }
    return tokens === 0 ? undefined : phase;
  }

  /** Whether it has something to compute and cannot: it tries again when another pass ends. */
  get isHeld(): boolean {
    return !this.running && this.#members.some(({ isBusy }) => isBusy);
  }

  /** Foreseen steps of one of `batches` micro-batches of a replica, as in `Foresight.foreseen`. */
  foreseen(batches: number): number {
    if (this.phase === 0 || this.#intake?.isHolding === true) return 1;
    const all = this.#members;
    let count = this.#passes - this.index;
    for (let g = 0; g < all.length; g++) count = Math.min(count, all[g]!.foreseen(this.index, batches));
    return count;
  }

  /** Recomputes the current pass, after passes that were foreseen. */
  renew(): void {
    for (let g = 0; g < this.#members.length; g++) this.#members[g]!.renew();
  }

  /** The first `count` of the pass and those foreseen after it have ended at `endsNs`; one more is under way. Returns what `Foresight.advance` does. */
  advance(endsNs: Float64Array, count: number, observer: SchedulerObserver): Float64Array {
    const all = this.#members;
    const openedBy = this.#openedBy;
    const { gaps } = this.#outcome;
    for (let i = Math.min(count, openedBy.length) - 1; i >= 0; i--) openedBy[i] = 0;
    let decoding = 0;
    for (let g = 0; g < all.length; g++) {
      decoding += all[g]!.advance(count, endsNs, openedBy, gaps, observer);
    }
    gaps.report(observer);
    if (this.#streamInterval === 1) observer.steps(endsNs, count, decoding);
    this.index += count;
    this.#intake?.advanced(endsNs, count);
    return openedBy;
  }

  /** The pass has ended: its tokens are out. */
  end(nowNs: number, observer: SchedulerObserver): void {
    if (!this.running) throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} ends without running`);
    this.running = false;
    this.#intake?.ended(nowNs);
    const all = this.#members;
    const { firsts, finished, gaps } = this.#outcome;
    for (let g = 0; g < all.length; g++) all[g]!.finish(nowNs, observer, this.#outcome);
    gaps.report(observer);
    if (firsts.size > 1) firsts.sort(this.#requests.number);
    if (finished.size > 1) finished.sort(this.#requests.number);
    for (let i = 0; i < firsts.size; i++) {
      const slot = firsts.at(i);
      if (!this.#keepsFirst || this.#requests.outputTokens[slot] === 1) observer.firstToken(slot, this, nowNs);
    }
    for (let i = 0; i < finished.size; i++) {
      const slot = finished.at(i);
      this.#left(slot);
      observer.finished(slot, this, nowNs);
    }
    firsts.size = 0;
    finished.size = 0;
  }

  /** The pass is broken off: none of its tokens are out. */
  breakOff(): void {
    if (!this.running) throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} is broken off without running`);
    this.running = false;
    this.#intake?.brokenOff();
    for (let g = 0; g < this.#members.length; g++) this.#members[g]!.breakOff();
  }
}
