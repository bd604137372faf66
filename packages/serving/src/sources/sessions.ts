import { drawTimeNs, type Streams } from "@tokenyard/random";
import { Problems, type WorkloadSpec } from "@tokenyard/scenario";
import { Arrivals } from "../arrivals/arrivals.ts";
import { drawCount } from "../batches/drawn-count.ts";
import { type ArrivingRequest, createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestMix } from "../requests/request-mix.ts";
import type { RequestSource } from "../requests/request-source.ts";
import type { SharedPrefix } from "../requests/shared-prefix.ts";
import { Upcoming } from "./upcoming.ts";

type SessionsSpec = Extract<WorkloadSpec, { kind: "sessions" }>;

/** Tokens of one block of a session's prefix. */
const BLOCK_TOKENS = 16;
const MOST_BLOCKS = 0x7fff_ffff;
const LONGEST_PROMPT = 1e9;

/** A conversation under way; drawn whole at its beginning, so that it does not depend on the order of service. */
interface Session {
  readonly number: number;
  readonly classIndex: number;
  /** [turns] tokens of each whole prompt and of its output, and nanoseconds from the answer to the next turn. */
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly thinkNs: Float64Array;
  /** Block ids of the longest prompt; shorter ones are its beginning. */
  readonly prefix: Int32Array;
  turn: number;
}

/** Conversations begin at a rate of their own; each turn's prompt is all that was said before and something new. */
export class SessionsSource implements RequestSource {
  readonly total: number | undefined;
  readonly #begins: Arrivals;
  readonly #mix: RequestMix;
  readonly #drawTurns: () => number;
  readonly #drawThinkNs: () => number;
  readonly #systemTokens: number;
  readonly #upcoming = new Upcoming<Session>();
  readonly #inFlight = new Map<number, Session>();
  readonly #drawn = createArrivingRequest();
  lastBeginNs = 0;
  #taken = 0;
  #sessions = 0;
  /** [classes] the first block of each system prompt that a class of sessions shares; below `#ownBlocks` are those that several have. */
  readonly #groupBlocks: readonly number[];
  readonly #ownBlocks: number;
  #nextBlock: number;

  constructor(workload: SessionsSpec, streams: Streams) {
    this.#begins = new Arrivals(workload, workload.sessions, streams);
    const sessions = this.#begins.total;
    this.total = sessions === undefined || workload.turns.kind !== "fixed" ? undefined : sessions * workload.turns.value;
    this.#mix = new RequestMix(workload, streams);
    this.#drawTurns = drawCount(workload.turns, streams.stream("workload/turns"));
    this.#drawThinkNs = drawTimeNs(workload.thinkTime, streams.stream("workload/think-time"));
    this.#systemTokens = workload.systemTokens;
    let blocks = Math.floor(workload.systemTokens / BLOCK_TOKENS);
    this.#groupBlocks = this.#mix.prefixes.map((prefix) => {
      const first = blocks;
      if (prefix !== undefined) blocks += prefix.groups * this.#blocksOf(prefix);
      return first;
    });
    if (blocks > MOST_BLOCKS / 2) throw tooManyPrefixes(blocks);
    this.#ownBlocks = blocks;
    this.#nextBlock = blocks;
  }

  get nextNs(): number {
    return Math.min(this.#begins.nextNs, this.#upcoming.nextNs);
  }

  take(out: ArrivingRequest): void {
    out.arrivedNs = this.nextNs;
    const isBegin = out.arrivedNs === this.#begins.nextNs;
    if (isBegin) {
      this.#begins.take();
      this.lastBeginNs = out.arrivedNs;
    }
    const session = isBegin ? this.#begin() : this.#upcoming.take();
    const { turn } = session;
    out.promptTokens = session.promptTokens[turn]!;
    out.outputTokens = session.outputTokens[turn]!;
    out.classIndex = session.classIndex;
    out.prefix = session.prefix.subarray(0, Math.floor(out.promptTokens / BLOCK_TOKENS));
    out.text = session.prefix.subarray(0, Math.floor((out.promptTokens + out.outputTokens) / BLOCK_TOKENS));
    out.prefixBlockTokens = BLOCK_TOKENS;
    out.session = session.number;
    this.#inFlight.set(this.#taken++, session);
  }

  finished(number: number, nowNs: number): void {
    const session = this.#inFlight.get(number)!;
    this.#inFlight.delete(number);
    const thinkNs = session.thinkNs[session.turn++]!;
    if (session.turn < session.promptTokens.length) this.#upcoming.add(nowNs + thinkNs, session);
  }

  #begin(): Session {
    const turns = this.#drawTurns();
    const classIndex = this.#mix.drawClass();
    const promptTokens = new Int32Array(turns);
    const outputTokens = new Int32Array(turns);
    const thinkNs = new Float64Array(turns);
    const prefix = this.#mix.prefixes[classIndex];
    const group = prefix?.draw() ?? 0;
    let said = this.#systemTokens + (prefix?.tokens ?? 0);
    let longest = 0;
    for (let turn = 0; turn < turns; turn++) {
      this.#mix.drawLengths(classIndex, this.#drawn);
      longest = said + this.#drawn.promptTokens;
      if (longest > LONGEST_PROMPT) throw tooLong(turns);
      promptTokens[turn] = longest;
      outputTokens[turn] = this.#drawn.outputTokens;
      thinkNs[turn] = this.#drawThinkNs();
      said = longest + this.#drawn.outputTokens;
    }
    const ids = this.#blocks(longest, classIndex, group);
    return { number: this.#sessions++, classIndex, promptTokens, outputTokens, thinkNs, prefix: ids, turn: 0 };
  }

  /** Ids of the whole blocks of `tokens`: of the system prompt that all sessions share, of the one that its group does, then some of its own. */
  #blocks(tokens: number, classIndex: number, group: number): Int32Array {
    const ids = new Int32Array(Math.floor(tokens / BLOCK_TOKENS));
    const prefix = this.#mix.prefixes[classIndex];
    const ofAll = Math.min(Math.floor(this.#systemTokens / BLOCK_TOKENS), ids.length);
    const ofGroup = prefix === undefined ? 0 : Math.min(this.#blocksOf(prefix), ids.length - ofAll);
    const first = this.#groupBlocks[classIndex]! + group * ofGroup;
    if (this.#nextBlock + ids.length > MOST_BLOCKS) this.#nextBlock = this.#ownBlocks; // those that had them are long gone
    for (let block = 0; block < ids.length; block++) {
      if (block < ofAll) ids[block] = block;
      else ids[block] = block < ofAll + ofGroup ? first + block - ofAll : this.#nextBlock++;
    }
    return ids;
  }

  /** Whole blocks that end in the system prompt of a group. */
  #blocksOf({ tokens }: SharedPrefix): number {
    return Math.floor((this.#systemTokens + tokens) / BLOCK_TOKENS) - Math.floor(this.#systemTokens / BLOCK_TOKENS);
  }
}

function tooManyPrefixes(blocks: number): Problems {
  const given = `${blocks} blocks of ${BLOCK_TOKENS} tokens in all system prompts`;
  return new Problems([{ path: ["workload"], given, wanted: "shorter or fewer ones, of at most 1e9 blocks in all" }]);
}

function tooLong(turns: number): Problems {
  return new Problems([
    {
      path: ["workload", "turns"],
      given: `a session of ${turns}`,
      wanted: "turns whose prompts stay within 1e9 tokens, all before counted",
    },
  ]);
}
