import * as z from "zod";
import type { MeasuredRequest, ToolRun } from "../run/measured-run.ts";
import { inOrder } from "../run/order.ts";
import { ofRequests, throughputOf } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

// requests.jsonl of `python -m bench run`, which replays a data set on vLLM. What its simulator writes (sim.csv) is no measurement.

const time = z.number().nonnegative().nullable();
/** Time between two clock readings (null if one is missing), with the lower bound 0 that their order requires. */
const since = (from: number | null, to: number | null) => [from === null || to === null ? null : to - from, 0] as const;
const row = z
  .looseObject({
    request_id: z.string(),
    input_toks: z.int().nonnegative(),
    output_toks: z.int().nonnegative(),
    arrival_time: time,
    queued_ts: time,
    first_token_ts: time,
    last_token_ts: time,
  })
  .check(
    inOrder(["first_token_ts"], "queued_ts", ({ first_token_ts: first, queued_ts: queued }) => since(queued, first)),
    inOrder(["last_token_ts"], "first_token_ts", ({ last_token_ts: last, first_token_ts: first }) => since(first, last)),
  );

type Row = z.infer<typeof row>;

/** Least seconds between two unrelated clocks: no request waits for a day. */
const APART = 86_400;

/** A list of rows, one for each request; a failed request has no times. */
export const llmServingSim = tool({
  name: "LLMServingSim bench",
  row: (tree) => hasKeys(tree, "request_id", "input_toks", "output_toks", "queued_ts", "first_token_ts"),
  owns: (tree) => Array.isArray(tree) && tree.length > 0 && hasKeys(tree[0] as object, "input_toks", "queued_ts"),
  schema: z.array(row).min(1),
  runs: (rows) => [runOf(rows)],
});

function runOf(rows: readonly Row[]): ToolRun {
  const shift = shiftOf(rows);
  const arrivals = rows.map(({ arrival_time: arrival, queued_ts: queued }) => (arrival === null ? queued : arrival + shift));
  const first = Math.min(...arrivals.filter((each) => each !== null));
  const each = rows.map((one, i): MeasuredRequest => {
    const [arrival, begin, end] = [arrivals[i]!, one.first_token_ts, one.last_token_ts];
    const isAnswered = arrival !== null && begin !== null && end !== null;
    return {
      sentSeconds: arrival === null ? null : arrival - first,
      promptTokens: one.input_toks,
      outputTokens: isAnswered ? one.output_toks : 0,
      ttftSeconds: isAnswered ? Math.max(0, begin - arrival) : null,
      e2eSeconds: isAnswered ? Math.max(0, end - arrival) : null,
      itlSeconds: null,
      failed: !isAnswered,
    };
  });
  const lasts = rows.flatMap(({ last_token_ts: last }) => last ?? []);
  const seconds = lasts.length === 0 ? 0 : Math.max(...lasts) - first;
  return {
    toolVersion: null,
    engine: { name: "vllm", version: null },
    gpu: null,
    gpus: null,
    model: null,
    warmUpRequests: null,
    load: { kind: "replay" },
    durationSeconds: seconds > 0 ? seconds : null,
    ...ofRequests(each),
    throughput: throughputOf(each, seconds),
  };
}

/** Seconds that make an arrival, by the wall clock, a time of the engine's clock: the request that was queued the soonest was so at once. */
function shiftOf(rows: readonly Row[]): number {
  const waits = rows.flatMap(({ arrival_time: arrival, queued_ts: queued }) =>
    arrival === null || queued === null ? [] : [queued - arrival],
  );
  const least = Math.min(...waits);
  return waits.length > 0 && Math.abs(least) > APART ? least : 0;
}
