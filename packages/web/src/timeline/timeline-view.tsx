import { groupOf, LANES, type Mark, timelineSvg } from "@tokenyard/report";
import { useEffect, useMemo, useState } from "preact/hooks";
import { drawTimeline } from "../app/drawn-runs.ts";
import type { Session } from "../app/session.ts";
import { CopySvg } from "../charts/copy-svg.tsx";
import type { OpenGroups, Timeline } from "../worker/messages.ts";
import { MarkTable } from "./marks/mark-table.tsx";
import { RankTimeline } from "./ranks/rank-timeline.tsx";
import type { Stretch } from "./raster.ts";
import { RequestTimeline } from "./requests/request-timeline.tsx";
import type { TimelineOwner } from "./timeline-owner.ts";
import { panned } from "./viewport.ts";

/** The timeline of the report that is shown; the plan runs once more for it, and keeps spans. */
export function TimelineView({ session }: { readonly session: Session }) {
  const kept = session.timeline.value;
  const answered = session.answered.value;
  const isThere = kept !== undefined && kept.of === answered?.source;
  const owner = useMemo(() => {
    const { stretch, running } = session;
    return { stretch, running, drawTimeline: (open: OpenGroups) => drawTimeline(session, open) };
  }, [session]);
  useEffect(() => {
    if (!isThere) drawTimeline(session);
  }, [session, isThere, answered]);
  if (!isThere)
    return session.running.value !== undefined ? (
      <p role="status">The plan runs once more, to keep what each rank did when.</p>
    ) : (
      <p role="status">
        The run for the timeline ended without one.{" "}
        <button type="button" onClick={() => drawTimeline(session)}>
          Run it again
        </button>
      </p>
    );
  return <Timelines owner={owner} name={answered?.report.scenario.name ?? "timeline"} timeline={kept.timeline} level={1} />;
}

interface TimelinesProps {
  readonly owner: TimelineOwner;
  /** Name of the plan. */
  readonly name: string;
  readonly timeline: Timeline;
  /** Level of its heading. */
  readonly level: 1 | 2;
}

/** Ranks or requests over the same time, and the marks of both. */
export function Timelines({ owner, name, timeline, level }: TimelinesProps) {
  const { toNs, marks, requests } = timeline;
  const [isOfRequests, setOfRequests] = useState(false);
  const wanted = owner.stretch.value;
  const stretch = wanted !== undefined && wanted.fromNs < toNs ? { ...wanted, toNs: Math.min(wanted.toNs, toNs) } : { fromNs: 0, toNs };
  const setStretch = (next: typeof stretch) => {
    owner.stretch.value = next;
  };
  const show = ({ fromNs, toNs: endNs }: Pick<Mark, "fromNs" | "toNs">) => {
    const length = Math.min(toNs, endNs > fromNs ? 3 * (endNs - fromNs) : (stretch.toNs - stretch.fromNs) / 4);
    const middle = (fromNs + endNs) / 2;
    setStretch(panned({ fromNs: middle - length / 2, toNs: middle + length / 2 }, 0, toNs));
  };
  const parts = { timeline, stretch, setStretch, onMark: show };
  return (
    <section class="timeline" aria-labelledby="timeline">
      {level === 1 ? <h1 id="timeline">Timeline</h1> : <h2 id="timeline">Timeline</h2>}
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
        <RankTimeline {...parts} owner={owner} />
      )}
      {!isOfRequests && <CopySvg name="timeline" of={() => svgOf(name, timeline, stretch)} />}
      <MarkTable marks={marks} onShow={show} />
    </section>
  );
}

/** The visible time of the first ranks that have lanes, as a picture. */
function svgOf(name: string, { spans, ops, lanes, ranks, groups }: Timeline, stretch: Stretch): string {
  const opKinds = ops.map((name, kind) => ({ name, lane: LANES[lanes[kind]!]! }));
  const named = ranks.map((rank) => {
    const group = groupOf(groups, rank);
    return { rank, label: group?.firstRank === rank ? group.label : `rank ${rank}` };
  });
  return timelineSvg({ name, spans, opKinds, ranks: named, ...stretch });
}
