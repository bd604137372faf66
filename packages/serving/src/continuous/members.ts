import type { Found } from "../prefix/prefix-cache.ts";
import type { RequestSlots } from "../request-slots.ts";
import type { RequestLog } from "../scheduler.ts";
import type { DataGroup, Limits, Outcome, Residents, Turns } from "./data-group.ts";
import { Decoders } from "./decoders.ts";
import { admit, dismiss, victimOf } from "./running.ts";
import type { Sequences } from "./sequences.ts";
import { Share } from "./share.ts";

/** Nothing of a sequence is kept. */
const NOTHING: Found = { blocks: 0, unheld: 0, onHost: 0 };

/** The sequences of one data group in one micro-batch: those that decode, and those whose prompt is computed or comes from elsewhere. */
export class Members implements Residents {
  readonly share: Share;
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
  readonly #decoders: Decoders;
  /** Sequences that compute their prompt, in order of admission. */
  readonly #prompts: number[] = [];
  /** How many have room for what they have cached elsewhere, and do not decode yet. */
  #coming = 0;
  /** Those whose prompt came from another pool since the last pass was formed. */
  readonly #landed: number[] = [];
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
    this.share = new Share(limits);
    this.#decoders = new Decoders(limits, requests, sequences);
  }

  /** Sequences that decode. */
  get decoding(): number {
    return this.#decoders.size;
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
    share.clear();
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
      this.#decoders.join(slot, this.#sequences.tokenNs[slot]!);
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
    if (this.pressed || this.#decoders.growing) return 1;
    if (this.decoding === 0) return this.#prompts.length > 0 ? 1 : Number.POSITIVE_INFINITY;
    let count = this.#decoders.stepsToLast;
    if (this.#prompts.length > 0 || this.#group.waiting.size > 0) {
      const turn = this.#turns.withoutPrompts(pass);
      if (turn > 0) count = Math.min(count, turn);
      else if (this.#prompts.length > 0) return 1;
    }
    return this.#decoders.stepsThatFit(count, this.#group.pool.unnoticed);
  }

  /** The first `steps` of a foreseen run have ended, the last at `nowNs`; the blocks of the step after them are taken. */
  advance(steps: number, nowNs: number): void {
    if (this.decoding === 0) return;
    this.#group.pool.take(this.#decoders.advance(steps, nowNs));
    this.share.decodingContext = this.#decoders.contextTokens;
  }

  closeGaps(nowNs: number, log: RequestLog): void {
    this.#decoders.closeGaps(nowNs, log);
  }

  /** The pass that `share` tells of has ended: its tokens are out. */
  finish(nowNs: number, outcome: Outcome): void {
    if (this.share.decoding > 0) this.#finishDecodes(nowNs, outcome);
    if (this.#prompts.length > 0) this.#finishPrompts(nowNs, outcome);
  }

  #decode(nowNs: number, log: RequestLog): void {
    const { pool } = this.#group;
    const decoders = this.#decoders;
    while (decoders.opens > pool.free) {
      const victim = this.#victim();
      if (victim < 0) {
        this.#stalled = true;
        return;
      }
      this.#preemptAny(victim, nowNs, log);
    }
    if (decoders.size === 0) return;
    pool.take(decoders.opens);
    this.#formed = true;
    this.share.addDecodes(decoders.size, decoders.contextTokens, decoders.windowedTokens);
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
      admit(slot, this.#microBatch, this.#group, this.#sequences);
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
    admit(slot, this.#microBatch, this.#group, this.#sequences);
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
    const past = cached[slot]!;
    const held = Math.ceil((past + chunk) / this.#limits.blockTokens);
    this.#group.pool.take(held - blocks[slot]!);
    blocks[slot] = held;
    this.#sequences.chunk[slot] = chunk;
    this.share.addPrompt(past, chunk, past + chunk === target[slot], 1);
  }

  #finishDecodes(nowNs: number, { log, finished }: Outcome): void {
    this.#decoders.finishStep(nowNs, log);
    for (let slot = this.#decoders.ended(); slot >= 0; slot = this.#decoders.ended()) {
      const tokens = this.#decoders.stop(slot);
      this.#giveBack(slot, Math.ceil(tokens / this.#limits.blockTokens), tokens);
      dismiss(slot, this.#group, this.#sequences);
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
      dismiss(slot, this.#group, this.#sequences);
      finished.push(slot);
      return;
    }
    tokenNs[slot] = nowNs;
    this.#decoders.join(slot, nowNs);
  }

  /** `slot` holds its `blocks` no more, in which `tokens` are cached. */
  #giveBack(slot: number, blocks: number, tokens: number): void {
    const { pool, reuse } = this.#group;
    if (reuse === undefined) pool.give(blocks);
    else reuse.leave(slot, blocks, tokens);
  }

  /** Who yields, as there are too few free blocks; −1: it is better to wait. */
  #victim(): number {
    this.pressed = true;
    return victimOf(this.#microBatch, this.#group, this.#sequences, this.#yieldsTo);
  }

  #preemptAny(slot: number, nowNs: number, log: RequestLog): void {
    this.#group.members[this.#sequences.microBatch[slot]!]!.preempt(slot, nowNs, log);
  }

  preempt(slot: number, nowNs: number, log: RequestLog): void {
    const { joinStep, cached, target, blocks, chunk, out } = this.#sequences;
    const { reuse } = this.#group;
    const waited = reuse?.waits(slot) === true;
    let now = cached[slot]!;
    if (joinStep[slot]! >= 0) {
      this.#decoders.remove(slot);
      now = this.#decoders.stop(slot);
      if (this.#formed) this.#forgetDecode(now);
      this.#giveBack(slot, Math.ceil(now / this.#limits.blockTokens), now);
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
    dismiss(slot, this.#group, this.#sequences);
    this.#group.waiting.enterAgain(slot);
    if (!waited) log.preempted(slot, this.#microBatch, nowNs); // nobody was told that one that waited for its blocks had started
  }

  /** Takes back the token that a sequence with `cached` tokens was to decode in the pass at hand, and the block if it opened one. */
  #forgetDecode(cached: number): void {
    this.share.addDecodes(-1, -cached - 1, -Math.min(cached + 1, this.#limits.window));
    if (cached % this.#limits.blockTokens === 0) this.#group.pool.give(1);
  }

  /** Takes back what `slot` was to compute in the pass at hand. */
  #forget(slot: number): void {
    const { cached, chunk, target } = this.#sequences;
    const past = cached[slot]!;
    const tokens = chunk[slot]!;
    this.share.addPrompt(past, tokens, past + tokens === target[slot], -1);
    chunk[slot] = 0;
  }
}
