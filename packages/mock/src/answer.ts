import type { ServerResponse } from "node:http";
import type { LiveEnding } from "@tokenyard/simulator";
import { AnswerEvents, type AnswerHead, answerText, usageOf } from "./api/answer-text.ts";
import { ApiError } from "./api/api-error.ts";
import type { CompletionRequest } from "./api/completion-request.ts";
import { EventStream } from "./event-stream.ts";
import { bytesOfWord, wordOf } from "./prompts/words.ts";
import type { AnswerListener } from "./served-plan.ts";

/** What an answer has to know of its request: not the prompt, which would be kept as long. */
export interface AskedFor extends Pick<CompletionRequest, "outputTokens" | "isStreamed" | "withUsage"> {
  readonly promptTokens: number;
}

export interface AnswerOptions {
  readonly request: AskedFor;
  readonly head: AnswerHead;
  /** Says which text it is. */
  readonly seed: number;
  readonly response: ServerResponse;
  /** Says what a request is that no server takes, or none does now. */
  refusal(): ApiError;
  /** The client does not read. */
  dropped(): void;
}

/** Writes the tokens of one request as they are out, or all of them at the end. */
export class Answer implements AnswerListener {
  readonly #options: AnswerOptions;
  readonly #events: AnswerEvents | undefined;
  #stream: EventStream | undefined;
  #text = "";
  #out = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#events = options.request.isStreamed ? new AnswerEvents(options.head, options.request.withUsage) : undefined;
  }

  tokens(first: number, count: number): void {
    const { request, response, seed, dropped } = this.#options;
    let text = "";
    let bytes = 0;
    for (let at = first; at < first + count; at++) {
      text += wordOf(seed, at);
      bytes += bytesOfWord(seed, at);
    }
    this.#out = first + count;
    if (this.#events === undefined) {
      this.#text += text;
      return;
    }
    this.#stream ??= new EventStream(response);
    if (!this.#stream.write(this.#events.tokens({ text, bytes }, first === 0, this.#out === request.outputTokens))) dropped();
  }

  ended(ending: LiveEnding): void {
    const { request, response, head, refusal } = this.#options;
    const usage = usageOf(request.promptTokens, this.#out);
    if (ending === "rejected") sendError(response, refusal());
    else if (ending === "failed" && response.headersSent) response.destroy();
    else if (ending === "failed") sendError(response, new ApiError(500, "a fault of the plan took the request", null, "engine_dead"));
    else if (this.#events !== undefined) this.#stream!.end(this.#events.end(request.withUsage ? usage : undefined));
    else sendJson(response, 200, answerText(head, this.#text, usage));
  }
}

export function sendJson(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Sends `error` in the form of the API. */
export function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, error.status, error.body, error.status === 503 ? { "Retry-After": "1" } : {});
}
