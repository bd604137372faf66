import type { RankGroup } from "../pictures/rank-group.ts";
import type { Recording } from "../recording/recording.ts";
import type { RequestSpans, Spans } from "../recording/span-columns.ts";
import { type Mark, marksOf } from "./mark.ts";
import { type Columns, type PackedColumn, packedColumns, unpackedColumns } from "./packed-columns.ts";

/** A part of a run for a timeline: of `ranks`, which rise, from `fromNs` to `toNs` at most. */
export interface TimelinePart {
  readonly groups: readonly RankGroup[];
  readonly ranks: readonly number[];
  readonly fromNs: number;
  readonly toNs: number;
}

/** A timeline but for its columns. */
export interface TimelineFacts extends TimelinePart {
  readonly ops: readonly string[];
  /** [ops] 0 compute, 1 network */
  readonly lanes: readonly number[];
  readonly marks: readonly Mark[];
  readonly horizonNs: number;
}

/** A timeline as JSON, with the format of the bytes of its columns. */
export interface KeptTimeline extends TimelineFacts {
  readonly columns: readonly PackedColumn[];
}

/** The columns of a timeline. */
export interface TimelineColumns {
  readonly spans: Spans;
  readonly requestSpans: RequestSpans | undefined;
}

/**
 * The timeline of a recording with spans, and the bytes of its columns. Spans of its ranks are sorted by rank, lane and start, and in place of times, which are
 * large, stand the pause before each, its length, and the part of it that waits: 131,000 spans of the 512-GPU plan take 235 kB, deflated and in base64.
 */
export function packedTimeline(recording: Recording, part: TimelinePart): { readonly kept: KeptTimeline; readonly bytes: Uint8Array } {
  const { requestSpans } = recording;
  const facts = timelineFacts(recording, part);
  const { startNs, endNs, workNs, ...others } = sorted(recording.spans!, facts.lanes, new Set(facts.ranks));
  const { head, bytes } = packedColumns({
    ...named("span", { ...others, ...times(startNs, endNs), waitNs: endNs.map((end, at) => end - workNs[at]!) }),
    ...(requestSpans === undefined ? {} : named("request", packedRequests(requestSpans))),
  });
  return { kept: { ...facts, columns: head }, bytes };
}

/** Facts that a timeline of `part` of a recording shows besides its spans. */
export function timelineFacts(recording: Recording, part: TimelinePart): TimelineFacts {
  const { opKinds, horizonNs } = recording;
  return {
    ...part,
    toNs: Math.min(part.toNs, horizonNs),
    ops: opKinds.map(({ name }) => name),
    lanes: opKinds.map(({ lane }) => (lane === "compute" ? 0 : 1)),
    marks: marksOf(recording, part.groups),
    horizonNs,
  };
}

/** Bytes of all columns of `kept`. */
export function columnBytes({ columns }: KeptTimeline): number {
  return columns.reduce((sum, { length, width }) => sum + length * width, 0);
}

/** The columns of `kept`, whose bytes are `bytes`. Throws where they are not. */
export function columnsOf({ columns }: KeptTimeline, bytes: Uint8Array): TimelineColumns {
  const all = unpackedColumns(columns, bytes);
  const { pauseNs, lengthNs, waitNs, ...others } = own("span", all);
  const { startNs, endNs } = timesFrom(pauseNs!, lengthNs!);
  const workNs = endNs.map((end, at) => end - waitNs![at]!);
  const { pauseNs: pauses, lengthNs: lengths, ...states } = own("request", all);
  const requestSpans = pauses && ({ ...states, ...timesFrom(pauses, lengths!) } as unknown as RequestSpans);
  return { spans: { ...others, startNs, endNs, workNs } as unknown as Spans, requestSpans };
}

/** Spans of `ranks`, by rank, lane and start; among equal ones the first comes first. */
function sorted(spans: Spans, lanes: readonly number[], ranks: ReadonlySet<number>): Spans {
  const { rank, kind, startNs } = spans;
  const order = Uint32Array.from(rank, (_, at) => at)
    .filter((at) => ranks.has(rank[at]!))
    .sort((a, b) => rank[a]! - rank[b]! || lanes[kind[a]!]! - lanes[kind[b]!]! || startNs[a]! - startNs[b]! || a - b);
  const columns = Object.entries(spans).map(([name, column]) => [
    name,
    column.subarray(0, order.length).map((_: number, at: number) => column[order[at]!]!),
  ]);
  return Object.fromEntries(columns) as unknown as Spans;
}

function packedRequests({ startNs, endNs, ...others }: RequestSpans): Columns {
  return { ...others, ...times(startNs, endNs) };
}

function times(startNs: Float64Array, endNs: Float64Array): { pauseNs: Float64Array; lengthNs: Float64Array } {
  return {
    pauseNs: startNs.map((start, at) => start - (at === 0 ? 0 : endNs[at - 1]!)),
    lengthNs: endNs.map((end, at) => end - startNs[at]!),
  };
}

function timesFrom(pauseNs: ArrayLike<number>, lengthNs: ArrayLike<number>): { startNs: Float64Array; endNs: Float64Array } {
  const [startNs, endNs] = [new Float64Array(pauseNs.length), new Float64Array(pauseNs.length)];
  for (let at = 0; at < startNs.length; at++) {
    startNs[at] = (at === 0 ? 0 : endNs[at - 1]!) + pauseNs[at]!;
    endNs[at] = startNs[at]! + lengthNs[at]!;
  }
  return { startNs, endNs };
}

function named(prefix: string, columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${prefix}.${name}`, column]));
}

function own(prefix: string, columns: Columns): Partial<Columns> {
  const of = Object.entries(columns).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(of.map(([name, column]) => [name.slice(prefix.length + 1), column]));
}
