import { rankGroups, shownRanks, timelineFacts } from "@tokenyard/report";
import { prepare, type Setup, type Simulation, start, TooManySpans } from "@tokenyard/simulator";
import { type ClusterMap, mapping } from "../map/cluster-map.ts";
import { timelineOf } from "../timeline/timeline-of.ts";
import type { Order, Timeline } from "./messages.ts";
import { loadedSource, type ReadBlob } from "./source.ts";

/** Advances a run to its end. */
type Advance = (run: Simulation) => Promise<void>;
/** Transferred rather than copied. */
type Buffers = readonly ArrayBufferLike[];

/** The cluster over the time of a run, `horizonNs` long. */
export async function mapFor(
  setup: Setup,
  horizonNs: number,
  advance: Advance,
): Promise<{ readonly map: ClusterMap; readonly buffers: Buffers }> {
  const { options, made } = mapping(setup, horizonNs);
  const run = start(setup, options);
  await advance(run);
  const map = made(run.recording());
  const columns = [map.stopped, map.endNs, ...(map.watts === undefined ? [] : [map.watts]), ...map.columns.map(({ values }) => values)];
  return { map, buffers: [...new Set(columns.map(({ buffer }) => buffer))] };
}

/** Spans of the ranks that are shown from the start of the run on, as many as there is room for. */
export async function timelineFor(
  { source, most, open }: Extract<Order, { kind: "spans" }>,
  given: Setup,
  readBlob: ReadBlob,
  advance: Advance,
): Promise<{ readonly timeline: Timeline; readonly buffers: Buffers }> {
  let setup = given;
  const groups = rankGroups(setup);
  const ranks = shownRanks(groups, open);
  for (let toNs = Number.MAX_SAFE_INTEGER; ; ) {
    const run = start(setup, { spans: { fromNs: 0, toNs, ranks, most } });
    try {
      await advance(run);
    } catch (error) {
      if (!(error instanceof TooManySpans)) throw error;
      toNs = Math.ceil(run.progress().nowNs * 0.8);
      const { scenario, readPieces } = loadedSource(source, readBlob);
      setup = prepare(scenario, { readPieces }); // a setup is used once
      continue;
    }
    const recording = run.recording();
    const { spans, requestSpans } = recording;
    const facts = timelineFacts(recording, { groups, ranks, fromNs: 0, toNs });
    const timeline = timelineOf(facts, { spans: spans!, requestSpans }, open);
    return { timeline, buffers: buffersOf(timeline) };
  }
}

function buffersOf({ spans, index, requests }: Timeline): Buffers {
  const columns = [spans, index, requests, requests?.index].flatMap((each) => Object.values(each ?? {}));
  return [...new Set(columns.flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer] : [])))];
}
