import { type Stream, Streams } from "@tokenyard/random";
import type { ArrivingRequest } from "@tokenyard/serving";

/** Ids that are plain words or pieces of them in the vocabularies of today's models: special ones lie before and behind. */
const FIRST_ID = 1000;
const IDS = 30_000;

/**
 * The ids of the tokens of prompts, by seed: equal blocks of prefixes have equal tokens, and all else is drawn for its request alone, so that a
 * prefix cache finds what it does in the simulation, and nothing else.
 */
export class Contents {
  readonly #streams: Streams;

  constructor(seed: number) {
    this.#streams = new Streams(seed, "observe/");
  }

  /** [promptTokens] ids of request `number`. `run`: which of several with the same requests, as those of a warm-up. */
  promptOf(request: ArrivingRequest, number: number, run = "request"): Int32Array {
    const { promptTokens, prefix, prefixBlockTokens: size } = request;
    const ids = new Int32Array(promptTokens);
    let at = 0;
    for (const block of prefix ?? []) {
      const end = Math.min(promptTokens, at + size);
      fill(ids, at, end, this.#streams.fresh(`block/${block}`));
      at = end;
    }
    fill(ids, at, promptTokens, this.#streams.fresh(`${run}/${number}`));
    return ids;
  }
}

function fill(ids: Int32Array, from: number, to: number, stream: Stream): void {
  for (let i = from; i < to; i++) ids[i] = FIRST_ID + ((stream.bits() >>> 1) % IDS);
}
