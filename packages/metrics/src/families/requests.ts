import { counter, gauge, histogram, REPLICA } from "./described.ts";

/** As vLLM has them, with edges below for small models. */
const LATENCY_BOUNDS = [1e-3, 5e-3, 1e-2, 2e-2, 4e-2, 6e-2, 8e-2, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];
const GAP_BOUNDS = [5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10];

/** What becomes of requests, and of attempts to have them served. */
export const REQUEST_FAMILIES = [
  gauge("inFlight", "requests_in_flight", [], "requests that have come and not left"),
  gauge("running", "requests_running", REPLICA, "sequences that are served"),
  gauge("waiting", "requests_waiting", REPLICA, "requests that wait in a replica"),
  counter("arrived", "requests_arrived", [], "requests that have come"),
  counter("finished", "requests_finished", [], "requests that have had their last token"),
  counter("failed", "requests_failed", [], "requests that a fault ended"),
  counter("rejected", "requests_rejected", [], "requests that were refused"),
  counter("preempted", "preemptions", [], "sequences that gave up their blocks"),
  counter("goodput", "requests_within_targets", [], "finished requests that met every latency target"),
  counter("goodTokens", "output_tokens_within_targets", [], "tokens that these put out"),
  counter("withinTtft", "requests_within_ttft", [], "finished requests that met the target of their TTFT"),
  counter("withinTpot", "requests_within_tpot", [], "finished requests that met the target of their TPOT"),
  counter("withinE2e", "requests_within_latency", [], "finished requests that met the target of their whole latency"),
  counter(
    "answeredPromptTokens",
    "answered_prompt_tokens",
    [],
    "tokens of the prompts of requests that have left with a first token, computed, computed again or found in a cache",
  ),
  histogram("queue", "request_queue", [], "from arrival to the first pass, of requests that have ended", LATENCY_BOUNDS),
  histogram("prefill", "request_prefill", [], "from the first pass to the first token, of requests that have ended", LATENCY_BOUNDS),
  histogram("ttft", "time_to_first_token", [], "from arrival to the first token, of requests that have ended", LATENCY_BOUNDS),
  histogram("tpot", "time_per_output_token", [], "mean gap between the tokens of a request that has ended", GAP_BOUNDS),
  histogram("e2e", "request_latency", [], "from arrival to the last token", LATENCY_BOUNDS),
  counter("attempts", "attempts", [], "attempts that were sent to a router, first ones too"),
  counter("attemptsRefused", "attempts_refused", [], "attempts that no replica let in"),
  counter("attemptsFailed", "attempts_failed", [], "attempts that a fault took"),
  counter("attemptsTimedOut", "attempts_timed_out", [], "attempts that their client cancelled"),
  counter("clientRetries", "client_retries", [], "further attempts of clients"),
  counter("routerRetries", "router_retries", [], "further tries of the router"),
  counter("wastedPromptTokens", "wasted_prompt_tokens", [], "tokens of prompts that attempts without an answer had computed"),
  counter("wastedOutputTokens", "wasted_output_tokens", [], "tokens that attempts without an answer had put out"),
  gauge("breakerOpen", "breaker_open", REPLICA, "1 while the breaker keeps requests from the replica"),
  counter("breakersOpened", "breaker_openings", REPLICA, "how often the breaker of the replica has opened"),
] as const;
