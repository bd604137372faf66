import { type ArrivingRequest, createArrivingRequest, type RequestSource } from "@tokenyard/serving";
import { Answer } from "./answers/answer.ts";
import type { Api } from "./answers/chunk.ts";
import type { Ending } from "./answers/outcome.ts";
import { type Clock, clockFromNow } from "./clock.ts";
import type { ObservedRequest, RunEnd } from "./observed-request.ts";
import type { Prompt, Prompter } from "./prompts/prompter.ts";
import type { KnownServer } from "./servers/known-server.ts";
import { requestBody } from "./servers/request-body.ts";
import type { Server } from "./servers/server.ts";

/** Requests in flight, at most: those that are due beyond them wait, and are late. */
const MOST_IN_FLIGHT = 4096;
/** Failures in a row without an answer after which a run gives up. */
const MOST_FAILURES = 100;
/** Seconds that one who was asked to wait does, at most. */
const LONGEST_WAIT = 3600;
const WATCH_MS = 100;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What ends a run before its requests do. */
export interface Limits {
  readonly requests: number;
  readonly seconds: number;
  /** Between two tokens of an answer, and up to the first. */
  readonly stallSeconds: number;
}

export interface ObserveOrder {
  readonly server: Server;
  readonly known: KnownServer;
  readonly api: Api;
  readonly source: RequestSource;
  /** Whether requests come at their times whatever becomes of others, so that each can be written before it is due. */
  readonly isFixed: boolean;
  readonly prompter: Prompter;
  readonly limits: Limits;
  /** Goes `speed` times as fast as timers do. */
  readonly clock: Clock;
  /** Speed of the server's clock, as with `tokenyard mock --speed`; 1 by default. */
  readonly speed?: number;
  readonly signal: AbortSignal;
  /** Gets each request as it ends. */
  readonly onRequest: (request: ObservedRequest) => void;
}

/** How far a run is. */
export interface Underway {
  readonly sent: number;
  readonly ended: number;
  readonly inFlight: number;
  readonly seconds: number;
}

/** A request that is written, and not sent. */
interface Prepared extends Pick<ObservedRequest, "number" | "session" | "plannedNs" | "askedPromptTokens" | "askedOutputTokens"> {
  readonly prompt: Prompt;
  readonly body: string;
}

interface Flight {
  readonly answer: Answer;
  readonly sentNs: number;
  readonly quit: (ending: Ending) => void;
}

/** Sends what a source brings, each request when it is due, and reports each as it ends. */
export class Observation {
  readonly #order: ObserveOrder;
  #now: Clock = () => 0;
  /** Written before they are due, in their order. */
  readonly #prepared: Prepared[] = [];
  readonly #flights = new Set<Flight>();
  readonly #drawn: ArrivingRequest = createArrivingRequest();
  /** When the first request was sent. */
  firstSentNs = 0;
  #taken = 0;
  #sent = 0;
  #ended = 0;
  #failures = 0;
  #end: RunEnd | undefined;
  #timer: NodeJS.Timeout | undefined;
  #resolve: (end: RunEnd) => void = () => {};

  constructor(order: ObserveOrder) {
    this.#order = order;
  }

  get underway(): Underway {
    return { sent: this.#sent, ended: this.#ended, inFlight: this.#flights.size, seconds: this.#now() / 1e9 };
  }

  /** Done when all that was sent has ended. */
  async run(): Promise<RunEnd> {
    const { signal, source, limits, clock } = this.#order;
    while (source.nextNs <= 0 && this.#taken < Math.min(limits.requests, MOST_IN_FLIGHT)) this.#prepared.push(this.#prepare());
    this.#now = clockFromNow(clock);
    const over = new Promise<RunEnd>((resolve) => {
      this.#resolve = resolve;
    });
    const interrupt = () => this.#stop("interrupted");
    signal.addEventListener("abort", interrupt);
    const watch = setInterval(() => this.#watch(), WATCH_MS);
    try {
      if (signal.aborted) interrupt();
      this.#pump();
      return await over;
    } finally {
      clearInterval(watch);
      clearTimeout(this.#timer);
      signal.removeEventListener("abort", interrupt);
    }
  }

  /** When the next request is due; infinite where none is known. */
  get #dueNs(): number {
    return this.#prepared[0]?.plannedNs ?? this.#order.source.nextNs;
  }

  /** Sends all that is due, and waits for what is next. */
  #pump(): void {
    clearTimeout(this.#timer);
    const { source, limits, isFixed, speed = 1 } = this.#order;
    while (this.#end === undefined && this.#flights.size < MOST_IN_FLIGHT && this.#dueNs <= this.#now()) {
      if (this.#sent === limits.requests) this.#end = "max-requests";
      else this.#send(this.#prepared.shift() ?? this.#prepare());
    }
    if (this.#end === undefined && this.#dueNs !== Number.POSITIVE_INFINITY) {
      if (this.#flights.size === MOST_IN_FLIGHT) return;
      if (isFixed && this.#prepared.length === 0 && this.#taken < limits.requests && source.nextNs !== Number.POSITIVE_INFINITY)
        this.#prepared.push(this.#prepare());
      const ms = Math.max(1, Math.min(LONGEST_TIMER_MS, Math.floor((this.#dueNs - this.#now()) / 1e6 / speed)));
      this.#timer = setTimeout(() => this.#pump(), ms);
    } else if (this.#flights.size === 0) this.#resolve(this.#end ?? "all-sent");
  }

  /** Takes the next request from its source, and prepares the body to be sent. */
  #prepare(): Prepared {
    const { source, prompter, known, api } = this.#order;
    const request = this.#drawn;
    const plannedNs = source.nextNs;
    source.take(request);
    const number = this.#taken++;
    const { session, promptTokens: askedPromptTokens, outputTokens: askedOutputTokens } = request;
    const prompt = prompter.promptOf(request, number);
    const body = requestBody({
      api,
      model: known.model,
      prompt: prompt.body,
      outputTokens: askedOutputTokens,
      abilities: known.abilities,
    });
    return { number, session, plannedNs, askedPromptTokens, askedOutputTokens, prompt, body };
  }

  #send({ prompt, body, ...request }: Prepared): void {
    const { source, prompter, server, api, onRequest } = this.#order;
    const { number, session, askedOutputTokens } = request;
    this.#sent++;
    const answer = new Answer({ api, outputTokens: askedOutputTokens, keepsText: session >= 0, clock: this.#now });
    const sentNs = this.#now();
    if (number === 0) this.firstSentNs = sentNs;
    const onEnd = ({ outcome, message }: Ending) => {
      this.#flights.delete(flight);
      const now = this.#now();
      if (session >= 0) prompter.answered(session, prompt, answer);
      this.#ended++;
      this.#failures = outcome === "finished" || answer.tokens > 0 ? 0 : this.#failures + 1;
      onRequest({
        ...request,
        sentNs,
        firstTokenNs: answer.firstTokenNs,
        endNs: outcome === "finished" ? (answer.lastTokenNs ?? now) : now,
        gapsNs: answer.gapsNs,
        chunks: answer.chunks,
        promptTokens: answer.promptTokens,
        outputTokens: answer.outputTokens,
        streamedTokens: answer.tokens,
        status: answer.status,
        outcome,
        message,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
      // who was asked to wait asks again no sooner
      source.finished(number, Math.round(now + 1e9 * Math.min(answer.retryAfterSeconds ?? 0, LONGEST_WAIT)));
      if (this.#failures >= MOST_FAILURES) this.#stop("gave-up");
      setImmediate(() => this.#pump()); // not within what ended it: one that fails at once would begin the next within itself
    };
    const flight: Flight = { answer, sentNs, quit: server.post({ chat: api === "chat", body, id: `observe-${number}` }, answer, onEnd) };
    this.#flights.add(flight);
  }

  /** Ends answers that stall, and the run when its time is over. */
  #watch(): void {
    const { limits } = this.#order;
    const now = this.#now();
    if (now >= limits.seconds * 1e9) this.#stop("max-time");
    for (const { answer, sentNs, quit } of this.#flights) {
      const silentSeconds = (now - Math.max(sentNs, answer.lastTokenNs ?? 0)) / 1e9;
      if (silentSeconds >= limits.stallSeconds)
        quit({ outcome: "stalled", message: `no token for ${limits.stallSeconds} s, after ${answer.tokens} of them` });
    }
  }

  /** Sends no more, and ends what is in flight. */
  #stop(end: RunEnd): void {
    this.#end ??= end;
    for (const { quit } of [...this.#flights]) quit({ outcome: "stopped", message: null });
    setImmediate(() => this.#pump());
  }
}
