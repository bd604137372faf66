import { groupOf, LANES, timelineSvg } from "@tokenyard/report";
import { useEffect, useState } from "preact/hooks";
import { drawTimeline } from "../app/drawn-runs.ts";
import type { Session } from "../app/session.ts";
import { CopySvg } from "../charts/copy-svg.tsx";
import type { Timeline } from "../worker/messages.ts";
import type { Mark } from "./marks/mark.ts";
import { MarkTable } from "./marks/mark-table.tsx";
import { RankTimeline } from "./ranks/rank-timeline.tsx";
import type { Stretch } from "./raster.ts";
import { RequestTimeline } from "./requests/request-timeline.tsx";
import { panned } from "./viewport.ts";

/** The timeline of the report that is shown; the plan runs once more for it, and keeps spans. */
export function TimelineView({ session }: { readonly session: Session }) {
  const kept = session.timeline.value;
  const answered = session.answered.value;
  const isThere = kept !== undefined && kept.of === answered?.source;
  useEffect(() => {
    if (!isThere) drawTimeline(session);
  }, [session, isThere, answered]);
  if (!isThere)
    return <p>{session.running.value === undefined ? "There is no timeline yet." : "Running again, to keep what each rank did when…"}</p>;
  return <Timelines session={session} timeline={kept.timeline} />;
}

/** Ranks or requests over the same time, and the marks of both. */
function Timelines({ session, timeline }: { readonly session: Session; readonly timeline: Timeline }) {
  const { toNs, marks, requests } = timeline;
  const [isOfRequests, setOfRequests] = useState(false);
  const wanted = session.stretch.value;
  const stretch = wanted !== undefined && wanted.fromNs < toNs ? { ...wanted, toNs: Math.min(wanted.toNs, toNs) } : { fromNs: 0, toNs };
  const setStretch = (next: typeof stretch) => {
    session.stretch.value = next;
  };
  const show = ({ fromNs, toNs: endNs }: Pick<Mark, "fromNs" | "toNs">) => {
    const length = Math.min(toNs, endNs > fromNs ? 3 * (endNs - fromNs) : (stretch.toNs - stretch.fromNs) / 4);
    const middle = (fromNs + endNs) / 2;
    setStretch(panned({ fromNs: middle - length / 2, toNs: middle + length / 2 }, 0, toNs));
  };
  const parts = { timeline, stretch, setStretch, onMark: show };
  return (
    <section class="timeline" aria-labelledby="timeline">
      <h1 id="timeline">Timeline</h1>
      {requests !== undefined && (
        <p class="tools">
          {[false, true].map((ofRequests) => (
            <button
              key={String(ofRequests)}
              type="button"
              aria-pressed={isOfRequests === ofRequests}
              onClick={() => setOfRequests(ofRequests)}
            >
              {ofRequests ? "Requests" : "Ranks"}
            </button>
          ))}
        </p>
      )}
      {isOfRequests && requests !== undefined ? (
        <RequestTimeline {...parts} requests={requests} />
      ) : (
        <RankTimeline {...parts} session={session} />
      )}
      {!isOfRequests && <CopySvg name="timeline" of={() => svgOf(session, timeline, stretch)} />}
      <MarkTable marks={marks} onShow={show} />
    </section>
  );
}

/** The visible time of the first ranks that have lanes, as a picture. */
function svgOf(session: Session, { spans, ops, lanes, ranks, groups }: Timeline, stretch: Stretch): string {
  const opKinds = ops.map((name, kind) => ({ name, lane: LANES[lanes[kind]!]! }));
  const named = ranks.map((rank) => {
    const group = groupOf(groups, rank);
    return { rank, label: group?.firstRank === rank ? group.label : `rank ${rank}` };
  });
  const name = session.answered.value?.report.scenario.name ?? "timeline";
  return timelineSvg({ name, spans, opKinds, ranks: named, ...stretch });
}
