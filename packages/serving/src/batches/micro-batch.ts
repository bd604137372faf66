import { Pass } from "@tokenyard/model";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { ServingContext } from "../scheduler.ts";
import type { Caches } from "./cached-tokens.ts";
import { clear, formPrompts } from "./columns.ts";
import { LostCaches } from "./lost-caches.ts";
import { recompute } from "./recompute.ts";
import { WindowedContext } from "./windowed-context.ts";

/**
 * A micro-batch that no request joins, and its pass of the moment: pass 0 computes all prompts; pass k = 1, 2, … one more token of every sequence that has
 * more than k output tokens. The columns change only by the sequences that left or outgrew the window.
 */
export class MicroBatch extends Pass {
  /** Request ids, in order; once the prompts are done, in order of (output tokens, id). Without those that faults took. */
  members: Int32Array;
  /** [requests] */
  readonly dataGroupOf: Int32Array;
  readonly #context: ServingContext;
  readonly #caches: Caches;
  /** Windowed contexts of the decoding sequences; undefined before they decode. */
  #windowed: WindowedContext | undefined;
  #state: "new" | "running" | "broken" | "ended" = "new";
  /** Members before this one have finished. */
  #finished = 0;
  /** Members before this one have left the columns. */
  #left = 0;
  /** Members whose caches are lost. */
  readonly #lost = new LostCaches();
  /** Whether members have moved since its columns were formed. */
  #isDealtAgain = false;
  /** Whether it begins again from its prompts. */
  #startsOver = false;

  /** `members`, rising, become the micro-batch's own; their cached tokens are counted in `caches`. */
  constructor(replica: number, microBatch: number, members: Int32Array, dataGroupOf: Int32Array, context: ServingContext, caches: Caches) {
    super(replica, microBatch, context.dataGroups);
    this.members = members;
    this.dataGroupOf = dataGroupOf;
    this.#context = context;
    this.#caches = caches;
    formPrompts(this, context);
  }

  /** Whether every sequence has finished. */
  get over(): boolean {
    return this.#finished === this.members.length;
  }

  /** Becomes the next pass, and runs; with the first, the wait of its requests is over. */
  start(nowNs: number, observer: SchedulerObserver): void {
    if (this.#isDealtAgain) this.#form(this.members.subarray(this.#finished));
    if (this.#startsOver) this.#beginAgain();
    if (this.#state === "ended") this.#advance();
    else if (this.#state === "new")
      for (const request of this.members) {
        observer.started(request, this, nowNs);
        this.#cache(request, this.#context.requests.promptTokens[request]!, 1);
      }
    this.#state = "running";
    if (!this.#lost.isAny) return;
    for (const request of this.#lost.begin()) observer.started(request, this, nowNs);
    recompute(this, this.#lost, this.#context); // beside the step of the others
  }

  /** Asks for the copies of caches from which members continue. Returns when the next pass may begin. */
  load(nowNs: number, observer: SchedulerObserver): number {
    return this.#lost.isAny ? this.#lost.load(this.replica, nowNs, observer) : nowNs;
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Tokens of each member that are out. */
  get outputTokens(): number {
    return this.#state === "ended" ? this.index + 1 : this.index;
  }

  /** Sequences that have not finished. */
  unfinished(): number[] {
    return [...this.members.subarray(this.#finished)];
  }

  /** Whether `request` is computed, and does not wait for that. */
  serves(request: number): boolean {
    return this.#state !== "new" && !this.#startsOver && !this.#lost.waits(request);
  }

  /** Tokens of `request` that passes which have ended have cached. */
  cachedTokens(request: number): number {
    if (this.#lost.has(request) || this.outputTokens === 0) return 0;
    return this.#context.requests.promptTokens[request]! + this.outputTokens - 1;
  }

  /** Tokens of `request` that were cached before the last pass. */
  settledTokens(request: number): number {
    return this.outputTokens < 2 ? 0 : this.#lost.settledOf(request, this.#context.requests.promptTokens[request]! + this.outputTokens - 2);
  }

  /** Discards the cache of `request`: it is recomputed with its next token. No pass is under way. */
  lose(request: number): void {
    this.#caches.copied.leave(this.homeOf(request), this.cachedTokens(request));
    this.#lost.add(request);
  }

  /** `request`, whose cache is lost, continues from a copy of `tokens`. */
  restore(request: number, tokens: number): void {
    this.#lost.restore(request, tokens);
  }

  /** `request`, nothing of which is cached, is computed in data group `group` from now on. */
  move(request: number, group: number): void {
    const tokens = this.#state === "new" ? 0 : this.#context.requests.promptTokens[request]! + this.index;
    this.#cache(request, tokens, -1);
    this.dataGroupOf[request] = group;
    this.#cache(request, tokens, 1);
    this.#isDealtAgain = true;
  }

  /** Discards the output of all members. No pass is under way. */
  startOver(): void {
    this.#startsOver = this.#state !== "new";
  }

  /** `request`, no pass of which is under way, leaves for good. */
  takeOut(request: number): void {
    if (this.#state !== "new") this.#cache(request, this.#context.requests.promptTokens[request]! + this.index, -1);
    this.#lost.delete(request);
    this.#form(this.members.subarray(this.#finished).filter((each) => each !== request));
  }

  /** The columns of the pass of the moment, with `members`. */
  #form(members: Int32Array): void {
    this.members = members;
    this.#isDealtAgain = false;
    this.#finished = 0;
    this.#left = 0;
    this.#windowed = undefined;
    clear(this);
    if (this.outputTokens === 0) formPrompts(this, this.#context);
    else this.#formSteps();
  }

  #beginAgain(): void {
    const members = this.members.slice(this.#finished).sort();
    for (const request of members) this.#cache(request, this.#context.requests.promptTokens[request]! + this.index, -1);
    this.index = 0;
    this.phase = 0;
    this.#state = "new";
    this.#startsOver = false;
    this.#lost.clear();
    this.#form(members);
  }

  /** The columns of the pass of the moment, which decodes. */
  #formSteps(): void {
    this.#windowed = new WindowedContext(this.members, this.dataGroupOf, this.#context);
    for (let step = 1; step <= this.index; step++) this.#windowed.grow(step);
    for (const request of this.members) {
      const group = this.dataGroupOf[request]!;
      this.sequences[group]! += 1;
      this.contextTokens[group]! += this.#context.requests.promptTokens[request]! + this.index;
    }
    this.outputs = this.sequences;
    this.#decode(this.#windowed);
  }

  /** The pass of the moment is broken off: none of its tokens are out, and it starts again. */
  breakOff(): void {
    if (this.#state !== "running") throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} is broken off without running`);
    this.#state = "broken";
  }

  /** Ends the pass of the moment: its tokens are out. The columns stay as they are until the next one starts. */
  end(nowNs: number, observer: SchedulerObserver): void {
    if (this.#state !== "running") throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} ends without running`);
    this.#state = "ended";
    this.#lost.end();
    const { members } = this;
    const { outputTokens } = this.#context.requests;
    if (this.index === 0) {
      for (const request of members) observer.firstToken(request, this, nowNs);
      members.sort((a, b) => outputTokens[a]! - outputTokens[b]! || a - b);
    }
    while (this.#finished < members.length && outputTokens[members[this.#finished]!] === this.index + 1) {
      const request = members[this.#finished++]!;
      this.#caches.copied.leave(this.homeOf(request), this.cachedTokens(request));
      this.#cache(request, this.#context.requests.promptTokens[request]! + this.index, -1);
      observer.finished(request, this, nowNs);
    }
  }

  /** Its data group, of all replicas. */
  homeOf(request: number): number {
    return this.replica * this.#context.dataGroups + this.dataGroupOf[request]!;
  }

  /** `tokens` of `request` are cached, or with −1 let go. */
  #cache(request: number, tokens: number, times: 1 | -1): void {
    const { window } = this.#context;
    const { full, windowed } = this.#caches;
    const home = this.homeOf(request);
    full.add(home, times * tokens);
    if (windowed !== full) windowed.add(home, times * Math.min(tokens, window));
  }

  /** A sequence that stays has one token more in its context; for one new token each, pairs = Σ (past + 1) = the context. */
  #advance(): void {
    const { sequences, contextTokens } = this;
    const { promptTokens } = this.#context.requests;
    this.#windowed ??= new WindowedContext(this.members, this.dataGroupOf, this.#context);
    const windowed = this.#windowed;
    for (; this.#left < this.#finished; this.#left++) {
      const request = this.members[this.#left]!;
      const group = this.dataGroupOf[request]!;
      sequences[group]! -= 1;
      contextTokens[group]! -= promptTokens[request]! + this.index;
      windowed.leave(request, this.index);
    }
    const home = this.replica * sequences.length;
    const { full, windowed: seen } = this.#caches;
    for (let group = 0; group < sequences.length; group++) {
      contextTokens[group]! += sequences[group]!;
      full.add(home + group, sequences[group]!);
      if (seen !== full) seen.add(home + group, windowed.growing[group]!);
    }
    this.index++;
    windowed.grow(this.index);
    this.#decode(windowed);
  }

  /** All members take a step: fills in the columns that follow from others. */
  #decode(windowed: WindowedContext): void {
    const { sequences, contextTokens } = this;
    const { batchSizes } = this.#context;
    this.phase = 1;
    this.decoding = undefined;
    this.reprojectedTokens = undefined;
    this.newTokens = sequences;
    if (batchSizes === undefined) this.rows = sequences;
    else {
      if (this.rows === contextTokens || this.rows === sequences) this.rows = new Float64Array(sequences.length);
      batchSizes.fill(sequences, this.rows);
    }
    this.pairs = contextTokens;
    this.windowedContextTokens = windowed.tokens;
    this.windowedPairs = windowed.tokens;
  }
}
