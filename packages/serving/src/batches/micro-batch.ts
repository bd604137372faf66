import { attendedPairs, Pass, reprojectedTokens } from "@tokenyard/model";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { ServingContext } from "../scheduler.ts";
import type { Caches } from "./cached-tokens.ts";
import type { Bins, Deal } from "./deal.ts";
import { WindowedContext } from "./windowed-context.ts";

/**
 * A micro-batch that no request joins, and at the same time its pass of the moment: pass 0 computes all prompts; pass k = 1, 2, … one more token
 * of every sequence that has more than k output tokens. The columns change only by the sequences that left or outgrew
 * the window, so a pass costs in the order of data groups + those.
 */
export class MicroBatch extends Pass {
  /** Request ids, in order; once the prompts are done, in order of (output tokens, id). */
  readonly members: Int32Array;
  /** [requests] */
  readonly dataGroupOf: Int32Array;

  readonly #context: ServingContext;
  readonly #caches: Caches;
  /** Of the decoding sequences; none before they decode. */
  #windowed: WindowedContext | undefined;
  #state: "new" | "running" | "broken" | "ended" = "new";
  /** Members before this one have finished. */
  #finished = 0;
  /** Members before this one have left the columns. */
  #left = 0;

  /** `members`, rising, become the micro-batch's own; what they cache is counted in `caches`. */
  constructor(replica: number, microBatch: number, members: Int32Array, dataGroupOf: Int32Array, context: ServingContext, caches: Caches) {
    const { requests, dataGroups, window, attentionChunk = Number.POSITIVE_INFINITY } = context;
    super(replica, microBatch, dataGroups);
    this.members = members;
    this.dataGroupOf = dataGroupOf;
    this.#context = context;
    this.#caches = caches;
    this.decoding = undefined; // all of a pass are of its phase
    if (attentionChunk === Number.POSITIVE_INFINITY) this.reprojectedTokens = undefined;
    for (const request of members) {
      const group = dataGroupOf[request]!;
      const prompt = requests.promptTokens[request]!;
      this.sequences[group]! += 1;
      this.contextTokens[group]! += prompt;
      this.pairs[group]! += (prompt * (prompt + 1)) / 2;
      this.windowedPairs[group]! += attendedPairs(0, prompt, window);
      if (this.reprojectedTokens !== undefined) this.reprojectedTokens[group]! += reprojectedTokens(prompt, attentionChunk);
    }
    this.newTokens = this.contextTokens; // nothing is cached yet
    this.rows = this.newTokens;
    this.windowedContextTokens = this.contextTokens; // so all that is read is new
    this.outputs = this.sequences; // each sequence yields one token in each pass
  }

  /** Whether every sequence has finished. */
  get over(): boolean {
    return this.#finished === this.members.length;
  }

  /** Becomes the next pass, and runs; with the first, the wait of its requests is over. */
  start(nowNs: number, observer: SchedulerObserver): void {
    if (this.#state === "ended") this.#advance();
    else if (this.#state === "new") this.#begin(nowNs, observer);
    this.#state = "running";
  }

  /** The pass of the moment is broken off: none of its tokens are out, and it starts again. */
  breakOff(): void {
    if (this.#state !== "running") throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} is broken off without running`);
    this.#state = "broken";
  }

  #begin(nowNs: number, observer: SchedulerObserver): void {
    for (const request of this.members) {
      observer.started(request, this, nowNs);
      this.#cache(request, this.#context.requests.promptTokens[request]!, 1);
    }
  }

  /** Ends the pass of the moment: its tokens are out. The columns stay as they are until the next one starts. */
  end(nowNs: number, observer: SchedulerObserver): void {
    if (this.#state !== "running") throw new Error(`pass ${this.index} of micro-batch ${this.microBatch} ends without running`);
    this.#state = "ended";
    const { outputTokens } = this.#context.requests;
    const members = this.members;
    if (this.index === 0) {
      for (const request of members) observer.firstToken(request, this, nowNs);
      members.sort((a, b) => outputTokens[a]! - outputTokens[b]! || a - b);
    }
    while (this.#finished < members.length && outputTokens[members[this.#finished]!] === this.index + 1) {
      const request = members[this.#finished++]!;
      this.#cache(request, this.#context.requests.promptTokens[request]! + this.index, -1);
      observer.finished(request, this, nowNs);
    }
  }

  /** `tokens` of `request` are cached, or with −1 let go. */
  #cache(request: number, tokens: number, times: 1 | -1): void {
    const { dataGroups, window } = this.#context;
    const { full, windowed } = this.#caches;
    const home = this.replica * dataGroups + this.dataGroupOf[request]!;
    full.add(home, times * tokens);
    if (windowed !== full) windowed.add(home, times * Math.min(tokens, window));
  }

  /** A sequence that stays has one token more in its context; for one new token each, pairs = Σ (past + 1) = the context. */
  #advance(): void {
    const { sequences, contextTokens } = this;
    const { batchSizes } = this.#context;
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
    this.phase = 1;
    this.reprojectedTokens = undefined;
    this.newTokens = sequences;
    if (batchSizes === undefined) this.rows = sequences;
    else {
      if (this.rows === contextTokens) this.rows = new Float64Array(sequences.length);
      batchSizes.fill(sequences, this.rows);
    }
    this.pairs = contextTokens;
    this.windowedContextTokens = windowed.tokens;
    this.windowedPairs = windowed.tokens;
  }
}

/** The micro-batches of a deal that hold a sequence, in order of (replica, micro-batch). */
export function formMicroBatches(context: ServingContext, deal: Deal, bins: Bins, caches: Caches): MicroBatch[] {
  const { requests } = context;
  const most = Math.min(bins.microBatches, Math.ceil(requests.count / bins.replicas)); // numbers from here on hold nothing
  const ends = new Int32Array(Math.min(bins.replicas, requests.count) * most);
  const rowOf = (request: number) => deal.replica[request]! * most + deal.microBatch[request]!;
  for (let request = 0; request < requests.count; request++) ends[rowOf(request)]!++;
  for (let row = 1; row < ends.length; row++) ends[row]! += ends[row - 1]!;
  const members = new Int32Array(requests.count);
  for (let request = requests.count - 1; request >= 0; request--) members[--ends[rowOf(request)]!] = request;
  const starts = ends; // each end has walked back to its row's start

  const microBatches: MicroBatch[] = [];
  for (let row = 0; row < starts.length; row++) {
    const own = members.subarray(starts[row], starts[row + 1] ?? members.length);
    if (own.length === 0) continue;
    microBatches.push(new MicroBatch(Math.floor(row / most), row % most, own, deal.dataGroup, context, caches));
  }
  return microBatches;
}
