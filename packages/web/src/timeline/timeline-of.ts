import type { TimelineColumns, TimelineFacts } from "@tokenyard/report";
import type { OpenGroups, Timeline } from "../worker/messages.ts";
import { inRowOrder, laneColumns } from "./lane-index.ts";
import { requestTracks } from "./requests/request-tracks.ts";

/** The timeline of `columns`: of the groups in `open` all ranks have lanes. */
export function timelineOf(facts: TimelineFacts, { spans, requestSpans }: TimelineColumns, open: OpenGroups): Timeline {
  const { bars, index } = inRowOrder(spans, laneColumns(spans, facts.lanes, facts.ranks));
  return { ...facts, spans: bars, index, open, requests: requestSpans && requestTracks(requestSpans) };
}
