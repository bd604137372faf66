import type { Progress } from "../requests/progress.ts";

/**
 * State of each sequence of a continuous scheduler, in columns by the request's slot. A sequence computes `target` tokens in chunks, which
 * yields a token; from then on it decodes. Columns are replaced when they grow: read them from here each time.
 */
export class Sequences {
  /** Tokens of it that are cached, while it computes its prompt. */
  cached = new Int32Array(32);
  /** Tokens to be cached before it yields its next token: its prompt, and after a preemption its earlier output. */
  target = new Int32Array(32);
  /** Tokens of it that the current pass computes, while it computes its prompt. */
  chunk = new Int32Array(32);
  /** Tokens of it that were cached before the last chunk that it computed. */
  past = new Int32Array(32);
  /** Tokens that are loaded from elsewhere on admission. */
  saved = new Int32Array(32);
  /** Blocks that it holds, while it computes its prompt. */
  blocks = new Int32Array(32);
  /** Leading blocks of those that are shared with the prefix cache. */
  shared = new Int32Array(32);
  /** When the last of its blocks comes that it waits for before it is computed; −1: it waits for none. */
  readyNs = new Float64Array(32);
  /** Most tokens of it that a preemption took from it; −1 before it is first admitted. */
  reached = new Int32Array(32);
  /** Output tokens that were out when it began to decode, or when it was preempted. */
  out = new Int32Array(32);
  /** Decode step of its members at which it began to decode; −1 while it does not. */
  joinStep = new Float64Array(32);
  /** When its last token was out: of one that begins to decode, or that was preempted. */
  tokenNs = new Float64Array(32);
  /** Output tokens that were streamed to the client, and when it last had any, where tokens are streamed several at a time. */
  streamed = new Int32Array(32);
  streamedNs = new Float64Array(32);
  /** Its neighbours among the running: admitted just before and just after; −1: none. */
  before = new Int32Array(32);
  after = new Int32Array(32);
  /** Micro-batch that serves it; −1: none. */
  microBatch = new Int32Array(32);
  /** Whether its prompt is cached in another pool, from where it has yet to come; of one that begins to decode here. */
  elsewhere = new Uint8Array(32);
  /** Data group of a replica: replica · groups + group; −1: not admitted. */
  home = new Int32Array(32).fill(-1);

  constructor() {
    this.#grow(); // once at the start: V8 treats columns that were never replaced as constants, and recompiles their readers later
  }

  /** A new sequence in `slot`, nothing of which is computed. */
  enter(slot: number, promptTokens: number, home: number): void {
    while (slot >= this.cached.length) this.#grow();
    this.cached[slot] = 0;
    this.target[slot] = promptTokens;
    this.chunk[slot] = 0;
    this.past[slot] = 0;
    this.saved[slot] = 0;
    this.blocks[slot] = 0;
    this.shared[slot] = 0;
    this.readyNs[slot] = -1;
    this.reached[slot] = -1;
    this.out[slot] = 0;
    this.streamed[slot] = 0;
    this.joinStep[slot] = -1;
    this.elsewhere[slot] = 0;
    this.microBatch[slot] = -1;
    this.home[slot] = home;
  }

  /** The first of its output tokens that come here, the `out`th, is with the client at `nowNs`. */
  begin(slot: number, out: number, nowNs: number): void {
    this.out[slot] = out;
    this.tokenNs[slot] = nowNs;
    this.streamed[slot] = out;
    this.streamedNs[slot] = nowNs;
  }

  /** It goes on here with so much of it out. */
  proceed(slot: number, { out, tokenNs, streamed, streamedNs }: Progress): void {
    this.out[slot] = out;
    this.tokenNs[slot] = tokenNs;
    this.streamed[slot] = streamed;
    this.streamedNs[slot] = streamedNs;
  }

  #grow(): void {
    const length = 2 * this.cached.length;
    this.cached = longer(this.cached, new Int32Array(length));
    this.target = longer(this.target, new Int32Array(length));
    this.chunk = longer(this.chunk, new Int32Array(length));
    this.past = longer(this.past, new Int32Array(length));
    this.saved = longer(this.saved, new Int32Array(length));
    this.blocks = longer(this.blocks, new Int32Array(length));
    this.shared = longer(this.shared, new Int32Array(length));
    this.readyNs = longer(this.readyNs, new Float64Array(length));
    this.reached = longer(this.reached, new Int32Array(length));
    this.out = longer(this.out, new Int32Array(length));
    this.joinStep = longer(this.joinStep, new Float64Array(length));
    this.tokenNs = longer(this.tokenNs, new Float64Array(length));
    this.streamed = longer(this.streamed, new Int32Array(length));
    this.streamedNs = longer(this.streamedNs, new Float64Array(length));
    this.before = longer(this.before, new Int32Array(length));
    this.after = longer(this.after, new Int32Array(length));
    this.microBatch = longer(this.microBatch, new Int32Array(length));
    this.elsewhere = longer(this.elsewhere, new Uint8Array(length));
    this.home = longer(this.home, new Int32Array(length).fill(-1));
  }
}

function longer<T extends Int32Array | Float64Array | Uint8Array>(column: T, into: T): T {
  into.set(column);
  return into;
}
