import type { ArrivingRequest, RequestSource } from "@tokenyard/serving";
import type { DrawnRequest } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** A load of a plug-in, whose requests are checked: each comes no earlier than the one before, and has tokens in whole numbers. */
export class PluggedSource implements RequestSource {
  readonly total = undefined;
  nextNs = 0;
  readonly #requests: Iterator<DrawnRequest>;
  readonly #asked: Asked;
  #next: DrawnRequest | undefined;

  constructor(requests: Iterable<DrawnRequest>, asked: Asked) {
    this.#asked = asked;
    if (typeof requests[Symbol.iterator] !== "function")
      this.#refuse(
        `create gave ${Symbol.asyncIterator in requests ? "one whose requests come late" : "one without requests"}; wanted an iterable of requests`,
      );
    this.#requests = answered(asked, () => requests[Symbol.iterator]());
    this.#draw();
  }

  take(out: ArrivingRequest): void {
    const { promptTokens, outputTokens } = this.#next!;
    out.arrivedNs = this.nextNs;
    out.promptTokens = promptTokens;
    out.outputTokens = outputTokens;
    this.#draw();
  }

  finished(): void {}

  #draw(): void {
    const { done, value } = answered(this.#asked, () => this.#requests.next());
    this.#next = done === true ? undefined : value;
    if (this.#next === undefined) {
      this.nextNs = Number.POSITIVE_INFINITY;
      return;
    }
    if (typeof this.#next !== "object" || this.#next === null)
      this.#refuse(`a request is ${String(this.#next)}; wanted { atSeconds, promptTokens, outputTokens }`);
    const { atSeconds, promptTokens, outputTokens } = this.#next;
    const atNs = Math.round(atSeconds * 1e9);
    const isTokens = (tokens: number) => Number.isInteger(tokens) && tokens >= 1 && tokens <= MOST_TOKENS;
    if (atNs > Number.MAX_SAFE_INTEGER)
      this.#refuse(`a request comes at ${String(atSeconds)} s; wanted at most ${Math.floor(Number.MAX_SAFE_INTEGER / 1e9)} s, 104 days`);
    if (!(atNs >= this.nextNs))
      this.#refuse(`a request comes at ${String(atSeconds)} s; wanted no earlier than the one before, at ${this.nextNs / 1e9} s`);
    if (!isTokens(promptTokens) || !isTokens(outputTokens))
      this.#refuse(
        `a request has ${String(promptTokens)} prompt and ${String(outputTokens)} output tokens; wanted 1 to ${MOST_TOKENS} each`,
      );
    this.nextNs = atNs;
  }

  #refuse(problem: string): never {
    throw new PluginFault(this.#asked.plugin, this.#asked.door, problem);
  }
}

const MOST_TOKENS = 10_000_000;
