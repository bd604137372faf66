import * as z from "zod";
import { type MeasuredRequest, type MeasuredRun, measuredRunSchema, requestShape } from "../run/measured-run.ts";
import { ofRequests, spreadOf, throughputOf } from "../run/spread.ts";

const count = z.int().nonnegative();

/** A request of a run of `observe`: a line of its file, written as soon as the request has ended. */
export const observedRequestSchema = z.strictObject({
  tokenyardRequest: z.literal(1),
  number: count.describe("its number in the simulated run"),
  session: count.nullable(),
  status: count.nullable().describe("of HTTP"),
  message: z.string().nullable(),
  chunks: count.describe("events of the stream that brought tokens"),
  streamedTokens: count.describe("tokens in them"),
  retryAfterSeconds: z.number().nonnegative().nullable(),
  ...requestShape.shape,
});
export type ObservedLine = z.infer<typeof observedRequestSchema>;

/** First line of the file: facts known before the first request. */
export const observedHeadSchema = z.strictObject({
  tokenyardObserve: z.literal(1),
  ...measuredRunSchema.pick({
    source: true,
    engine: true,
    launch: true,
    gpu: true,
    gpus: true,
    model: true,
    load: true,
    warmUpRequests: true,
  }).shape,
  observed: measuredRunSchema.shape.observed.unwrap().unwrap(),
});
export type ObservedHead = z.infer<typeof observedHeadSchema>;

/** How a run ended; without it, its process was cut off. */
export interface ObservedEnd {
  readonly ended: NonNullable<ObservedHead["observed"]["ended"]>;
  readonly sent: number | null;
  readonly clientBusy: number | null;
}

/** The run of these lines. Requests that the end of the run stopped are in its outcomes alone. */
export function observedRun(head: ObservedHead, lines: readonly ObservedLine[], end: ObservedEnd): MeasuredRun {
  const { tokenyardObserve: _, observed, ...known } = head;
  const each = lines.flatMap((line) => (line.outcome === "stopped" ? [] : [requestOf(line)]));
  const { each: own, ...numbers } = ofRequests(each);
  const seconds = lines.reduce((last, line) => Math.max(last, endSeconds(line)), 0);
  const outcomes = new Map<string, number>();
  for (const { outcome } of lines) outcomes.set(outcome ?? "finished", (outcomes.get(outcome ?? "finished") ?? 0) + 1);
  return {
    tokenyardRun: 1,
    ...known,
    ...numbers,
    durationSeconds: seconds > 0 ? seconds : null,
    throughput: throughputOf(each, seconds),
    each: own,
    observed: {
      ...observed,
      ...end,
      lateSeconds: spreadOf(lines.flatMap(({ lateSeconds }) => lateSeconds ?? [])),
      outcomes: Object.fromEntries([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** When its last token came, since the begin of the run. */
function endSeconds({ plannedSeconds, lateSeconds, e2eSeconds }: ObservedLine): number {
  return (plannedSeconds ?? 0) + (lateSeconds ?? 0) + (e2eSeconds ?? 0);
}

/** A line as a run has its request. */
export function requestOf(line: ObservedLine): MeasuredRequest {
  const { tokenyardRequest: _, number: __, session, status, message, chunks, streamedTokens, retryAfterSeconds, ...request } = line;
  return request;
}

/** The JSON Schema of a line of measured runs. */
export function measuredRunsJsonSchema(): object {
  return z.toJSONSchema(z.union([measuredRunSchema, observedHeadSchema, observedRequestSchema]));
}
