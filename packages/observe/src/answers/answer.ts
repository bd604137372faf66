import type { Clock } from "../clock.ts";
import { type Api, type Chunk, chunkOf, errorOf, isMap, parsed } from "./chunk.ts";
import { EventReader } from "./event-reader.ts";
import { type Ending, inALine, type Outcome } from "./outcome.ts";

/** Bytes that are kept of an answer that is no stream. */
const LONGEST_BODY = 1 << 16;
/** Tokens that are awaited beyond those asked for: some servers count a token more. */
const SPARE_TOKENS = 16;
const DONE = "[DONE]";

export interface AnswerOrder {
  readonly api: Api;
  /** Tokens that were asked for. */
  readonly outputTokens: number;
  /** Whether text and ids of the answer are kept, as the next turn begins with them. */
  readonly keepsText: boolean;
  readonly clock: Clock;
}

/** Reads the answer to one request as it comes: what it says, and when. */
export class Answer {
  firstTokenNs: number | null = null;
  lastTokenNs: number | null = null;
  /** Nanoseconds from one chunk with tokens to the next. */
  readonly gapsNs: number[] = [];
  /** Chunks that brought tokens, and tokens that were counted in them. */
  chunks = 0;
  tokens = 0;
  status: number | null = null;
  retryAfterSeconds: number | null = null;
  /** By the server's count. */
  promptTokens: number | null = null;
  outputTokens: number | null = null;
  text = "";
  readonly tokenIds: number[] = [];
  readonly #order: AnswerOrder;
  readonly #reader = new EventReader((data) => this.#event(data));
  #body = "";
  #isStream = false;
  #isLast = false;
  #ending: Ending | undefined;

  constructor(order: AnswerOrder) {
    this.#order = order;
  }

  /** Why it ended, as far as what came so far says; undefined while it goes on. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  start(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    const header = (name: string) => String(headers[name] ?? "");
    this.status = status;
    this.#isStream = status === 200 && /^text\/event-stream\b/i.test(header("content-type"));
    const seconds = Number(header("retry-after") || Number.NaN);
    if (seconds >= 0) this.retryAfterSeconds = seconds;
    if (status >= 300 && status < 400) this.#end("redirected", `${status} to ${header("location") || "nowhere"}, which is not followed`);
    else if (status === 200 && !this.#isStream)
      this.#end("garbled", `${header("content-type") || "no content type"}; wanted text/event-stream`);
  }

  /** Takes the next bytes. Once there is an `ending`, no more are wanted. */
  take(bytes: Buffer): void {
    if (this.#ending !== undefined) return;
    if (this.#isStream) {
      if (!this.#reader.feed(bytes)) this.#end("garbled", "an event of more than a million characters");
      return;
    }
    this.#body += bytes.toString("utf8", 0, LONGEST_BODY - this.#body.length);
    if (this.#body.length >= LONGEST_BODY) this.#end(...this.#refusal());
  }

  /** The server has sent all. */
  end(): Ending {
    if (this.#isStream && this.#ending === undefined) this.#reader.end();
    if (this.#ending === undefined && !this.#isStream) this.#end(...this.#refusal());
    if (this.#ending === undefined && !this.#isLast && this.tokens < this.#order.outputTokens)
      this.#end("cut-short", `the stream ended after ${this.tokens} of ${this.#order.outputTokens} tokens`);
    return this.#ending ?? this.#finished();
  }

  #event(data: string): void {
    if (this.#ending !== undefined || data === "") return;
    if (data.trim() === DONE) {
      this.#ending = this.#finished();
      return;
    }
    const chunk = chunkOf(data, this.#order.api, this.tokens);
    if (chunk === undefined) this.#end("garbled", `an event that is no chunk: ${data}`);
    else if (chunk.error !== null) this.#end("server-error", chunk.error);
    else this.#add(chunk);
  }

  #add(chunk: Chunk): void {
    this.promptTokens = chunk.promptTokens ?? this.promptTokens;
    this.outputTokens = chunk.outputTokens ?? this.outputTokens;
    this.#isLast ||= chunk.isLast;
    if (this.#order.keepsText) {
      this.text += chunk.text;
      if (chunk.tokenIds !== null) this.tokenIds.push(...chunk.tokenIds);
    }
    if (chunk.tokens === 0) return;
    const now = this.#order.clock();
    if (this.lastTokenNs === null) this.firstTokenNs = now;
    else this.gapsNs.push(now - this.lastTokenNs);
    this.lastTokenNs = now;
    this.chunks++;
    this.tokens += chunk.tokens;
    if (this.tokens > this.#order.outputTokens + SPARE_TOKENS)
      this.#end("endless", `${this.tokens} tokens came, and ${this.#order.outputTokens} were asked for`);
  }

  #finished(): Ending {
    return this.tokens > 0 || (this.outputTokens ?? 0) > 0
      ? { outcome: "finished", message: null }
      : { outcome: "empty", message: "an answer without a token" };
  }

  /** What an answer that is no stream says. */
  #refusal(): [Outcome, string] {
    const tree = parsed(this.#body);
    const said = (isMap(tree) ? errorOf(tree) : null) ?? this.#body;
    const outcome = this.status === 429 ? "rate-limited" : this.status === 503 ? "unavailable" : "refused";
    return [outcome, `${this.status}${said.trim() === "" ? "" : `: ${said}`}`];
  }

  #end(outcome: Outcome, message: string): void {
    this.#ending ??= { outcome, message: inALine(message) };
  }
}
