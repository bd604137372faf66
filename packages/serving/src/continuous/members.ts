import { attendedPairs, reprojectedTokens } from "@tokenyard/model";
import type { Found } from "../prefix/prefix-cache.ts";
import type { RequestSlots } from "../request-slots.ts";
import type { RequestLog } from "../scheduler.ts";
import type { DataGroup, Limits, Outcome, Residents, Turns } from "./data-group.ts";
import { DecodeWindow } from "./decode-window.ts";
import { LastSteps } from "./last-steps.ts";
import type { Sequences } from "./sequences.ts";
import { TokenGaps } from "./token-gaps.ts";

/** Nothing of a sequence is kept. */
const NOTHING: Found = { blocks: 0, unheld: 0, onHost: 0 };

/** What the members of one data group are about to compute in a pass. */
export interface Share {
  sequences: number;
  newTokens: number;
  contextTokens: number;
  pairs: number;
  windowedContextTokens: number;
  windowedPairs: number;
  reprojectedTokens: number;
  outputs: number;
  decoding: number;
  decodingContext: number;
  decodingWindowed: number;
}

function emptyShare(): Share {
  return {
    sequences: 0,
    newTokens: 0,
    contextTokens: 0,
    pairs: 0,
    windowedContextTokens: 0,
    windowedPairs: 0,
    reprojectedTokens: 0,
    outputs: 0,
    decoding: 0,
    decodingContext: 0,
    decodingWindowed: 0,
  };
}

/**
 * The sequences of one data group in one micro-batch. Those that decode are known by their sums alone, so that a step costs in the order of
 * what changes: how many there are, their context, the step that ends each, and how many open a new block at each step modulo the block.
 */
export class Members implements Residents {
  /** Decode steps so far. */
  step = 0;
  /** Sequences that decode. */
  decoding = 0;
  /** Context of those in their next step, Σ (past + 1). */
  contextTokens = 0;
  readonly share = emptyShare();
  /** Whether its micro-batch is on the stages: what is computed there cannot be preempted. */
  inFlight = false;
  /** Whether the pass at hand found too few free blocks: a sequence was preempted, or one waits for sequences in flight. */
  pressed = false;

  readonly #group: DataGroup;
  readonly #limits: Limits;
  readonly #turns: Turns;
  readonly #requests: RequestSlots;
  readonly #sequences: Sequences;
  readonly #microBatch: number;
  readonly #yieldsTo: ((a: number, b: number) => boolean) | undefined;
  readonly #lastSteps: LastSteps;
  readonly #gaps = new TokenGaps();
  /** Of the decoding sequences; undefined where no layer has a window. */
  readonly #windowed: DecodeWindow | undefined;
  /** Decoding sequences that open a block at step s, by s modulo the tokens of a block. */
  readonly #opening: Int32Array;
  /** Sequences that compute their prompt, in order of admission. */
  readonly #prompts: number[] = [];
  /** How many have room for what they have cached elsewhere, and do not decode yet. */
  #coming = 0;
  /** Those whose prompt came from another pool since the last pass was formed. */
  readonly #landed: number[] = [];
  #decodedNs = 0;
  #stalled = false;
  /** Whether the decodes of the pass at hand are in `share`, while it is formed. */
  #formed = false;

  /** `yieldsTo(a, b)`: a is preempted before b; undefined: the younger is. */
  constructor(
    group: DataGroup,
    limits: Limits,
    turns: Turns,
    requests: RequestSlots,
    sequences: Sequences,
    microBatch: number,
    yieldsTo?: (a: number, b: number) => boolean,
  ) {
    this.#group = group;
    this.#limits = limits;
    this.#turns = turns;
    this.#requests = requests;
    this.#sequences = sequences;
    this.#microBatch = microBatch;
    this.#yieldsTo = yieldsTo;
    this.#lastSteps = new LastSteps(sequences);
    this.#opening = new Int32Array(limits.blockTokens);
    this.#windowed = Number.isFinite(limits.window) ? new DecodeWindow(limits.window) : undefined;
  }

  get size(): number {
    return this.decoding + this.#prompts.length + this.#coming;
  }

  /** Whether the pass at hand computes a prompt. */
  get computesPrompts(): boolean {
    return this.share.sequences > this.share.decoding;
  }

  /** Fills `share` with what the group computes in pass number `pass`: decodes first, then prompts that are under way, then new ones. */
  form(pass: number, nowNs: number, log: RequestLog): void {
    this.#compose(pass, nowNs, log);
    this.#formed = false;
  }

  #compose(pass: number, nowNs: number, log: RequestLog): void {
    const { share } = this;
    share.sequences = 0;
    share.newTokens = 0;
    share.contextTokens = 0;
    share.pairs = 0;
    share.windowedContextTokens = 0;
    share.windowedPairs = 0;
    share.reprojectedTokens = 0;
    share.outputs = 0;
    share.decoding = 0;
    share.decodingContext = 0;
    share.decodingWindowed = 0;
    this.pressed = false;
    this.#stalled = false;
    if (this.#landed.length > 0) this.#takeLanded(nowNs, log);
    const { promptsAlone } = this.#turns;
    if (promptsAlone) this.#computePrompts(this.#limits.tokenBudget, nowNs, log);
    if (this.decoding > 0 && share.sequences === 0) this.#decode(nowNs, log);
    if (promptsAlone || this.#stalled || (this.decoding > 0 && this.#turns.withoutPrompts(pass) > 0)) return;
    this.#computePrompts(this.#limits.tokenBudget - share.decoding, nowNs, log);
  }

  /** Those whose prompt has come decode from now on. */
  #takeLanded(nowNs: number, log: RequestLog): void {
    for (const slot of this.#landed) {
      this.#sequences.elsewhere[slot] = 0;
      log.started(slot, this.#microBatch, nowNs);
      this.#beginToDecode(slot, this.#sequences.tokenNs[slot]!);
    }
    this.#coming -= this.#landed.length;
    this.#landed.length = 0;
  }

  /**
   * How many passes from number `pass` on, the one at hand the first, will only decode, whatever ends them: the last token of a sequence, a
   * cache without room for the next step, a block that balancers know and that gives way, or the turn of a prompt. A prompt that had to wait
   * in this pass waits in all of them: the cache only fills meanwhile. While a sequence grows into a window, steps are taken one by one.
   */
  foreseen(pass: number): number {
    if (this.pressed || (this.#windowed !== undefined && this.#windowed.growing > 0)) return 1;
    if (this.decoding === 0) return this.#prompts.length > 0 ? 1 : Number.POSITIVE_INFINITY;
    let count = this.#lastSteps.earliest - this.step + 1;
    if (this.#prompts.length > 0 || this.#group.waiting.size > 0) {
      const turn = this.#turns.withoutPrompts(pass);
      if (turn > 0) count = Math.min(count, turn);
      else if (this.#prompts.length > 0) return 1;
    }
    const { blockTokens } = this.#limits;
    let free = this.#group.pool.unnoticed;
    if (free >= Math.ceil((count - 1) / blockTokens) * this.decoding) return count;
    for (let i = 1; i < count; i++) {
      free -= this.#opening[(this.step + i) % blockTokens]!;
      if (free < 0) return i;
    }
    return count;
  }

  /** The first `steps` of a foreseen run have ended, the last at `nowNs`; the blocks of the step after them are taken. */
  advance(steps: number, nowNs: number): void {
    if (this.decoding === 0) return;
    const { blockTokens } = this.#limits;
    const rounds = Math.floor(steps / blockTokens);
    let opened = rounds * this.decoding; // each opens one block in as many steps as a block has tokens
    for (let i = rounds * blockTokens + 1; i <= steps; i++) opened += this.#opening[(this.step + i) % blockTokens]!;
    this.#group.pool.take(opened);
    this.step += steps;
    this.contextTokens += steps * this.decoding;
    this.share.decodingContext = this.contextTokens;
    this.#gaps.moveTo(nowNs, this.decoding);
  }

  closeGaps(nowNs: number, log: RequestLog): void {
    this.#gaps.close(nowNs, log);
  }

  /** The pass that `share` tells of has ended: its tokens are out. */
  finish(nowNs: number, outcome: Outcome): void {
    if (this.share.decoding > 0) this.#finishDecodes(nowNs, outcome);
    if (this.#prompts.length > 0) this.#finishPrompts(nowNs, outcome);
  }

  #decode(nowNs: number, log: RequestLog): void {
    const { pool } = this.#group;
    const { blockTokens } = this.#limits;
    const at = this.step % blockTokens;
    while (this.#opening[at]! > pool.free) {
      const victim = this.#victim();
      if (victim < 0) {
        this.#stalled = true;
        return;
      }
      this.#preemptAny(victim, nowNs, log);
    }
    if (this.decoding === 0) return;
    pool.take(this.#opening[at]!);
    this.#formed = true;
    const { share, decoding, contextTokens } = this;
    share.decoding = decoding;
    share.decodingContext = contextTokens;
    share.decodingWindowed = this.#windowed?.tokens ?? contextTokens;
    share.sequences += decoding;
    share.newTokens += decoding;
    share.contextTokens += contextTokens;
    share.pairs += contextTokens;
    share.windowedContextTokens += share.decodingWindowed;
    share.windowedPairs += share.decodingWindowed;
    share.outputs += decoding;
  }

  #computePrompts(budget: number, nowNs: number, log: RequestLog): void {
    let left = budget;
    const prompts = this.#prompts;
    const { reuse } = this.#group;
    for (let i = 0; i < prompts.length && left > 0; i++) {
      const slot = prompts[i]!;
      const waited = reuse?.waits(slot) === true;
      if (waited && !reuse.hasCome(slot, nowNs)) continue;
      const chunk = Math.min(this.#sequences.target[slot]! - this.#sequences.cached[slot]!, left);
      if (!this.#makeRoom(slot, chunk, nowNs, log)) break;
      if (waited) this.#start(slot, nowNs, log);
      this.#compute(slot, chunk);
      left -= chunk;
    }
    if (this.pressed) return;
    if (reuse !== undefined) for (const slot of prompts) reuse.share(slot);
    this.#admit(left, nowNs, log);
  }

  #admit(budget: number, nowNs: number, log: RequestLog): void {
    const { waiting, reuse } = this.#group;
    const { target, elsewhere } = this.#sequences;
    const { blockTokens, maxSequences } = this.#limits;
    let left = budget;
    while (left > 0 && waiting.size > 0 && this.#group.running < maxSequences) {
      const slot = waiting.peek();
      if (elsewhere[slot] === 1) {
        if (!this.reserve(nowNs, log)) return;
        continue;
      }
      const found = reuse?.find(slot) ?? NOTHING;
      const past = (found.blocks + found.onHost) * blockTokens;
      const chunk = Math.min(target[slot]! - past, left);
      if (Math.ceil((past + chunk) / blockTokens) - found.blocks + found.unheld > this.#group.pool.free) return;
      waiting.leave();
      this.#group.running++;
      this.#link(slot);
      this.#prompts.push(slot);
      const readyNs = reuse?.begin(slot, found, nowNs) ?? nowNs;
      if (readyNs > nowNs) {
        log.loading(slot, readyNs);
        continue;
      }
      this.#start(slot, nowNs, log);
      this.#compute(slot, chunk);
      reuse?.share(slot);
      left -= chunk;
    }
  }

  /** `slot` is computed from now on. */
  #start(slot: number, nowNs: number, log: RequestLog): void {
    this.#group.reuse?.start(slot);
    log.started(slot, this.#microBatch, nowNs);
  }

  reserve(nowNs: number, log: RequestLog): boolean {
    const { target, blocks, elsewhere } = this.#sequences;
    const slot = this.#group.waiting.peek();
    if (elsewhere[slot] === 0) return false;
    const held = Math.ceil(target[slot]! / this.#limits.blockTokens);
    if (held > this.#group.pool.free) return false;
    this.#group.waiting.leave();
    this.#group.running++;
    this.#link(slot);
    this.#group.pool.take(held);
    this.#group.reuse?.receive(slot);
    blocks[slot] = held;
    this.#coming++;
    log.reserved?.(slot, nowNs);
    return true;
  }

  /** What `slot` had cached elsewhere is here: it decodes from the next pass on. */
  land(slot: number): void {
    const { cached, target } = this.#sequences;
    cached[slot] = target[slot]!;
    this.#landed.push(slot);
  }

  /** Whether there are blocks for `chunk` more tokens of `slot`; preempts for them, in the end `slot` itself. */
  #makeRoom(slot: number, chunk: number, nowNs: number, log: RequestLog): boolean {
    const { cached, blocks } = this.#sequences;
    const wanted = Math.ceil((cached[slot]! + chunk) / this.#limits.blockTokens) - blocks[slot]!;
    while (wanted > this.#group.pool.free) {
      const victim = this.#victim();
      if (victim < 0) return false;
      this.#preemptAny(victim, nowNs, log);
      if (victim === slot) return false;
    }
    return true;
  }

  #compute(slot: number, chunk: number): void {
    const { cached, target, blocks } = this.#sequences;
    const { share } = this;
    const past = cached[slot]!;
    const held = Math.ceil((past + chunk) / this.#limits.blockTokens);
    this.#group.pool.take(held - blocks[slot]!);
    blocks[slot] = held;
    this.#sequences.chunk[slot] = chunk;
    this.#addPrompt(past, chunk, 1);
    if (past + chunk === target[slot]) share.outputs += 1;
  }

  /** Adds a prompt with `past` cached tokens that computes `chunk` more; with `times` −1, takes it back. */
  #addPrompt(past: number, chunk: number, times: 1 | -1): void {
    const { share } = this;
    const { window } = this.#limits;
    const pairs = attendedPairs(past, chunk, Number.POSITIVE_INFINITY);
    share.sequences += times;
    share.newTokens += times * chunk;
    share.contextTokens += times * (past + chunk);
    share.pairs += times * pairs;
    share.windowedContextTokens += times * Math.min(past + chunk, chunk + window - 1);
    share.reprojectedTokens += times * reprojectedTokens(chunk, this.#limits.attentionChunk);
    share.windowedPairs += times * (this.#windowed === undefined ? pairs : attendedPairs(past, chunk, window));
  }

  #finishDecodes(nowNs: number, { log, finished }: Outcome): void {
    this.#gaps.close(nowNs, log);
    this.#decodedNs = nowNs;
    this.contextTokens += this.decoding;
    const step = this.step++;
    this.#windowed?.advance(this.step);
    while (this.#lastSteps.earliest === step) {
      const slot = this.#lastSteps.leave();
      const tokens = this.#stopDecoding(slot);
      this.#giveBack(slot, Math.ceil(tokens / this.#limits.blockTokens), tokens);
      this.#gaps.leave(nowNs);
      this.#leave(slot);
      finished.push(slot);
    }
  }

  #finishPrompts(nowNs: number, outcome: Outcome): void {
    const { cached, chunk, target } = this.#sequences;
    const { reuse } = this.#group;
    const prompts = this.#prompts;
    let kept = 0;
    for (let i = 0; i < prompts.length; i++) {
      const slot = prompts[i]!;
      cached[slot]! += chunk[slot]!;
      chunk[slot] = 0;
      reuse?.share(slot);
      if (cached[slot]! < target[slot]!) prompts[kept++] = slot;
      else this.#yieldToken(slot, nowNs, outcome);
    }
    prompts.length = kept;
  }

  /** All of `slot` up to its next token is cached: the token is out. */
  #yieldToken(slot: number, nowNs: number, { log, firsts, finished }: Outcome): void {
    const { out, tokenNs, blocks, cached } = this.#sequences;
    if (out[slot] === 0) firsts.push(slot);
    else log.gaps(nowNs - tokenNs[slot]!, 1);
    out[slot]! += 1;
    const left = this.#limits.promptsOnly ? 0 : this.#requests.outputTokens[slot]! - out[slot]!;
    if (left === 0) {
      if (!this.#limits.promptsOnly) this.#giveBack(slot, blocks[slot]!, cached[slot]!);
      this.#leave(slot);
      finished.push(slot);
      return;
    }
    tokenNs[slot] = nowNs;
    this.#beginToDecode(slot, nowNs);
  }

  /** `slot`, all of which is cached and whose last token was out at `tokenNs`, decodes in the next pass. */
  #beginToDecode(slot: number, tokenNs: number): void {
    const { cached, joinStep, lastStep, out } = this.#sequences;
    joinStep[slot] = this.step;
    lastStep[slot] = this.step + this.#requests.outputTokens[slot]! - out[slot]! - 1;
    this.#lastSteps.add(slot);
    this.#gaps.join(tokenNs);
    this.decoding++;
    this.contextTokens += cached[slot]! + 1;
    this.#windowed?.join(cached[slot]! + 1, this.step);
    this.#opening[this.#opensAt(slot)]!++;
  }

  /** Its next block is opened when as many tokens as fill whole blocks are cached: at joinStep + j with cached + j ≡ 0, modulo the block. */
  #opensAt(slot: number): number {
    const { blockTokens } = this.#limits;
    const { joinStep, cached } = this.#sequences;
    const at = (joinStep[slot]! - cached[slot]!) % blockTokens;
    return at < 0 ? at + blockTokens : at;
  }

  /** Takes a decoding sequence out of the sums; returns the tokens of it that are cached. */
  #stopDecoding(slot: number): number {
    const { joinStep, cached, out } = this.#sequences;
    const steps = this.step - joinStep[slot]!;
    const now = cached[slot]! + steps;
    this.decoding--;
    this.contextTokens -= now + 1;
    this.#windowed?.leave(now + 1, this.step);
    this.#opening[this.#opensAt(slot)]!--;
    out[slot]! += steps;
    joinStep[slot] = -1;
    return now;
  }

  /** `slot` holds its `blocks` no more, in which `tokens` are cached. */
  #giveBack(slot: number, blocks: number, tokens: number): void {
    const { pool, reuse } = this.#group;
    if (reuse === undefined) pool.give(blocks);
    else reuse.leave(slot, blocks, tokens);
  }

  /**
   * Whoever was admitted last, or comes last by priority, of those in no micro-batch that is in flight. −1 when that is one of these here,
   * and one in flight would have to yield before it: then it is better to wait. So the first of all always gets on.
   */
  #victim(): number {
    this.pressed = true;
    const yieldsTo = this.#yieldsTo;
    const { before, microBatch, elsewhere } = this.#sequences;
    const { members, youngest } = this.#group;
    let victim = -1;
    let flying = -1;
    for (let slot = youngest; slot >= 0; slot = before[slot]!) {
      if (elsewhere[slot] === 1) continue; // what is under way to it has nowhere else to go
      if (members[microBatch[slot]!]!.inFlight) {
        if (victim < 0 && yieldsTo === undefined) flying = slot;
        else if (yieldsTo !== undefined && (flying < 0 || yieldsTo(slot, flying))) flying = slot;
      } else if (victim < 0 || yieldsTo?.(slot, victim) === true) victim = slot;
      if (victim >= 0 && yieldsTo === undefined) break;
    }
    const own = victim >= 0 && microBatch[victim] === this.#microBatch;
    const yieldsFirst = flying >= 0 && (yieldsTo === undefined || yieldsTo(flying, victim));
    return own && yieldsFirst ? -1 : victim;
  }

  #preemptAny(slot: number, nowNs: number, log: RequestLog): void {
    this.#group.members[this.#sequences.microBatch[slot]!]!.preempt(slot, nowNs, log);
  }

  preempt(slot: number, nowNs: number, log: RequestLog): void {
    const { joinStep, cached, target, blocks, chunk, tokenNs, out } = this.#sequences;
    const { reuse } = this.#group;
    const waited = reuse?.waits(slot) === true;
    let now = cached[slot]!;
    if (joinStep[slot]! >= 0) {
      if (joinStep[slot]! < this.step) tokenNs[slot] = this.#decodedNs;
      this.#gaps.leave(tokenNs[slot]!);
      this.#lastSteps.remove(slot);
      now += this.step - joinStep[slot]!;
      if (this.#formed) this.#forgetDecode(now);
      this.#giveBack(slot, Math.ceil(this.#stopDecoding(slot) / this.#limits.blockTokens), now);
    } else {
      this.#prompts.splice(this.#prompts.indexOf(slot), 1);
      if (chunk[slot]! > 0) this.#forget(slot);
      this.#giveBack(slot, blocks[slot]!, now);
    }
    this.#group.recomputedTokens += now;
    reuse?.lose(slot, now);
    target[slot] = this.#requests.promptTokens[slot]! + out[slot]!;
    cached[slot] = 0;
    blocks[slot] = 0;
    this.#leave(slot);
    this.#group.waiting.enterAgain(slot);
    if (!waited) log.preempted(slot, this.#microBatch, nowNs); // nobody was told that one that waited for its blocks had started
  }

  /** Takes back the token that a sequence with `cached` tokens was to decode in the pass at hand, and the block if it opened one. */
  #forgetDecode(cached: number): void {
    const { share } = this;
    const windowed = Math.min(cached + 1, this.#limits.window);
    share.sequences -= 1;
    share.newTokens -= 1;
    share.contextTokens -= cached + 1;
    share.pairs -= cached + 1;
    share.windowedContextTokens -= windowed;
    share.windowedPairs -= windowed;
    share.outputs -= 1;
    share.decoding -= 1;
    share.decodingContext -= cached + 1;
    share.decodingWindowed -= windowed;
    if (cached % this.#limits.blockTokens === 0) this.#group.pool.give(1);
  }

  /** Takes back what `slot` was to compute in the pass at hand. */
  #forget(slot: number): void {
    const { cached, chunk, target } = this.#sequences;
    const { share } = this;
    const past = cached[slot]!;
    const tokens = chunk[slot]!;
    this.#addPrompt(past, tokens, -1);
    if (past + tokens === target[slot]) share.outputs -= 1;
    chunk[slot] = 0;
  }

  /** `slot` is the youngest of the running. */
  #link(slot: number): void {
    const { before, after } = this.#sequences;
    const group = this.#group;
    this.#sequences.microBatch[slot] = this.#microBatch;
    before[slot] = group.youngest;
    after[slot] = -1;
    if (group.youngest >= 0) after[group.youngest] = slot;
    group.youngest = slot;
  }

  #leave(slot: number): void {
    const { before, after } = this.#sequences;
    this.#group.running--;
    if (before[slot]! >= 0) after[before[slot]!] = after[slot]!;
    if (after[slot]! >= 0) before[after[slot]!] = before[slot]!;
    else this.#group.youngest = before[slot]!;
  }
}
