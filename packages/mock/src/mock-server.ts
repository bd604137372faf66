import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Scenario, scenarioFrom } from "@tokenyard/scenario";
import { Answer, sendError, sendJson } from "./answer.ts";
import { ApiError } from "./api/api-error.ts";
import { type CompletionRequest, completionRequest, type Form } from "./api/completion-request.ts";
import { bodyOf } from "./api/request-body.ts";
import { type Clock, WALL_CLOCK } from "./clock.ts";
import { KvEvents, type KvEventsOptions } from "./kv-events/kv-events.ts";
import { MetricsText } from "./metrics-text.ts";
import { BLOCK_TOKENS, blockWords, WORD_TOKENS } from "./prompts/block-words.ts";
import { answerSeed, withAnswer } from "./prompts/prompt-tokens.ts";
import { MOST_HEADER_BYTES, refuse, unreadable } from "./refusal.ts";
import { ServedPlan } from "./served-plan.ts";
import { type MockSummary, Totals } from "./summary.ts";

/** Connections at once; those beyond are refused in the API's form. */
const MOST_CONNECTIONS = 4096;
/** Output tokens that a later prompt is known to begin with, at most. */
const MOST_KNOWN_OUTPUT = 8192;
/** Simulated time between two samples. */
const SAMPLE_MS = 1000;

export interface MockOptions {
  readonly clock?: Clock;
  /** Simulated seconds that go by in one. */
  readonly speed?: number;
  /** The server is this replica of the plan, and no other. */
  readonly replica?: number | undefined;
  /** Names of metrics, in which `*` stands for anything. */
  readonly metrics?: readonly string[];
  /** Seconds since 1970 when it starts. */
  readonly startedSeconds?: number;
  readonly mostConnections?: number;
  /** Publishes which blocks the prefix caches keep. */
  readonly kvEvents?: KvEventsOptions | undefined;
  /** The simulation cannot go on. */
  failed?(error: unknown): void;
}

/** A server that answers as OpenAI's API does, at the instants at which the plan that is simulated meanwhile would. */
export class MockServer {
  readonly model: string;
  readonly plan: ServedPlan;
  readonly #server: Server;
  readonly #metrics: MetricsText;
  readonly #hasPrefixCache: boolean;
  readonly #kvEvents: KvEvents | undefined;
  readonly #clock: Clock;
  readonly #startedSeconds: number;
  readonly #startMs: number;
  readonly #seed: number;
  /** The version of vLLM, where the plan's server is that. */
  readonly #engineVersion: string | undefined;
  readonly #most: number;
  readonly #totals = new Totals();
  #connections = 0;

  /** Throws Problems for a plan that cannot be served. */
  constructor(given: Scenario, options: MockOptions = {}) {
    const scenario = scenarioFrom(given);
    const { clock = WALL_CLOCK, speed = 1, replica, metrics = ["vllm:*"], mostConnections = MOST_CONNECTIONS } = options;
    this.model = scenario.name;
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#startedSeconds = options.startedSeconds ?? 0;
    this.#seed = scenario.seed;
    this.#engineVersion = scenario.engine?.name === "vllm" ? scenario.engine.version : undefined;
    this.#most = mostConnections;
    this.#metrics = new MetricsText(metrics, scenario.name, replica);
    this.#hasPrefixCache = scenario.serving.kv?.prefixCache === true;
    const nowSeconds = () => this.#startedSeconds + (clock.nowMs() - this.#startMs) / 1000;
    const ofPlan = { plan: () => this.plan.run.setup, nowSeconds, model: scenario.name };
    this.#kvEvents = options.kvEvents && new KvEvents(options.kvEvents, ofPlan);
    const { families } = this.#metrics;
    const failed = options.failed ?? (() => {});
    this.plan = new ServedPlan(withoutClient(scenario), {
      clock,
      speed,
      replica,
      samples: { everyMs: SAMPLE_MS, sinks: [this.#metrics], families },
      blocks: this.#kvEvents,
      failed,
    });
    this.#server = createServer({
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 10_000,
    });
    this.#server.on("request", (request, response) => this.#answer(request, response));
    this.#server.on("clientError", (error, socket) => refuse(socket as Socket, unreadable(error)));
    this.#server.on("connection", (socket) => this.#connected(socket));
    this.#server.maxConnections = 2 * mostConnections; // beyond that there is no answer at all
  }

  /** The port that it listens on; 0 takes a free one. Rejects where the port cannot be had. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host, backlog: 4096 }, () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Publishes events of blocks, if it is to, as those of the server at `address`. Returns the port of the events; rejects where that cannot be had. */
  async publish(address: string): Promise<number | undefined> {
    return this.#kvEvents?.listen(address);
  }

  /** Ends all connections. Returns what it did. */
  async close(): Promise<MockSummary> {
    this.plan.close();
    this.#server.closeAllConnections();
    await new Promise<void>((done) => this.#server.close(() => done()));
    await this.#kvEvents?.close();
    return this.#totals.summary(this.plan, this.#kvEvents);
  }

  #connected(socket: Socket): void {
    this.#connections++;
    socket.on("close", () => this.#connections--);
    if (this.#connections > this.#most) refuse(socket, new ApiError(503, `more than ${this.#most} connections`, null, "overloaded"));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", () => {}); // the client has gone
    this.#route(request, response).catch((error: unknown) => {
      request.resume(); // what is left of a body is not kept
      sendError(response, error instanceof ApiError ? error : new ApiError(500, String(error)));
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0]!;
    const wanted = ROUTES.get(path);
    if (wanted === undefined) throw new ApiError(404, `${path.slice(0, 80)}: nothing here; wanted ${[...ROUTES.keys()].join(", ")}`);
    if (request.method !== wanted && !(wanted === "GET" && request.method === "HEAD")) {
      response.setHeader("Allow", wanted === "GET" ? "GET, HEAD" : wanted);
      throw new ApiError(405, `${request.method} given; wanted ${wanted}`);
    }
    switch (path) {
      case "/health":
        return this.#health(response);
      case "/version":
        return this.#version(response);
      case "/v1/models":
        return sendJson(response, 200, JSON.stringify({ object: "list", data: [this.#modelCard()] }));
      case "/metrics":
        return this.#exposition(response);
      default: {
        const form: Form = path === "/v1/chat/completions" ? "chat" : "completion";
        this.#complete(completionRequest(form, await bodyOf(request), this.model), response);
      }
    }
  }

  /** Answers as vLLM does; other engines have no such path. */
  #version(response: ServerResponse): void {
    if (this.#engineVersion === undefined) throw new ApiError(404, "/version: nothing here, as this engine has no such path");
    sendJson(response, 200, JSON.stringify({ version: this.#engineVersion }));
  }

  #health(response: ServerResponse): void {
    this.plan.catchUp();
    if (!this.plan.run.isServing) throw new ApiError(503, "what serves here is down", null, "engine_dead");
    response.writeHead(200, { "Content-Length": 0 });
    response.end();
  }

  #exposition(response: ServerResponse): void {
    this.plan.catchUp();
    const text = this.#metrics.text() + this.plan.lag.exposition();
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
  }

  #modelCard(): object {
    const { mostTokens } = this.plan.run;
    return { id: this.model, object: "model", created: this.#startedSeconds, owned_by: "tokenyard", max_model_len: mostTokens };
  }

  #complete(request: CompletionRequest, response: ServerResponse): void {
    const { plan } = this;
    const { prompt, ...asked } = request;
    const { form, outputTokens } = asked;
    const promptTokens = prompt.length;
    const { mostTokens } = plan.run;
    if (promptTokens + outputTokens - 1 > mostTokens) throw tooLong(request, mostTokens);
    if (!plan.run.isServing) throw new ApiError(503, "what serves here is down", null, "engine_dead");
    if (response.destroyed) return;
    const seed = answerSeed(this.#seed, prompt);
    const id = `${form === "chat" ? "chatcmpl" : "cmpl"}-${this.#totals.arrived.toString(16).padStart(12, "0")}`;
    const created = Math.floor(this.#startedSeconds + (this.#clock.nowMs() - this.#startMs) / 1000);
    const head = { form, id, created, model: this.model };
    const refusal = () => new ApiError(503, "no replica lets the request in", null, "overloaded");
    const dropped = () => this.#totals.dropped++;
    const answer = new Answer({ request: { ...asked, promptTokens }, head, seed, response, refusal, dropped });
    const listener = this.#totals.counted(answer, promptTokens);
    const number = plan.arrive({ promptTokens, outputTokens, ...this.#identityOf(request, seed) }, listener);
    this.#kvEvents?.arrived(number, prompt, seed);
    response.on("close", () => plan.leave(number));
  }

  /** What the cache of prefixes knows of a request: its blocks, and those that it makes. */
  #identityOf({ prompt, outputTokens }: CompletionRequest, seed: number) {
    if (!this.#hasPrefixCache) return {};
    const text = blockWords(withAnswer(prompt, seed, Math.min(outputTokens, MOST_KNOWN_OUTPUT)));
    return { text, prefix: text.subarray(0, 2 * Math.floor(prompt.length / BLOCK_TOKENS)), prefixBlockTokens: WORD_TOKENS };
  }
}

/** Paths, and how they are asked for. */
const ROUTES: ReadonlyMap<string, "GET" | "POST"> = new Map([
  ["/v1/completions", "POST"],
  ["/v1/chat/completions", "POST"],
  ["/v1/models", "GET"],
  ["/health", "GET"],
  ["/metrics", "GET"],
  ["/version", "GET"],
]);

/** `scenario` without the time that its clients take: real ones take their own. */
function withoutClient(scenario: Scenario): Scenario {
  const { client: _, ...workload } = scenario.workload as Scenario["workload"] & { readonly client?: unknown };
  return { ...scenario, workload: workload as Scenario["workload"] };
}

const FIELD: Readonly<Record<Form, string>> = { completion: "prompt", chat: "messages" };

function tooLong({ form, prompt, outputTokens }: CompletionRequest, mostTokens: number): ApiError {
  const given = `${prompt.length} tokens of the prompt and ${outputTokens} of the answer`;
  return new ApiError(400, `${given} given; wanted at most ${mostTokens} to be cached`, FIELD[form], "context_length_exceeded");
}
