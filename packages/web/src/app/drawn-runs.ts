import type { OpenGroups } from "../worker/messages.ts";
import type { Session } from "./session.ts";

/** Most spans to request: of the first ranks of stages; of open stages as many again; of all ranks. */
const MOST_SPANS = 600_000;
const MOST_OF_ALL = 5_000_000;

/** Runs the plan of the report that is shown again and keeps spans, where those of `open` are not there yet. */
export function drawTimeline(session: Session, open: OpenGroups = []): void {
  const source = session.answered.value?.source;
  const kept = session.timeline.value;
  if (source === undefined || session.running.value !== undefined) return;
  if (kept?.of === source && String(kept.timeline.open) === String(open)) return;
  const most = open === "all" ? MOST_OF_ALL : open.length === 0 ? MOST_SPANS : 2 * MOST_SPANS;
  session.order({ kind: "spans", source, most, open }, (answer) => {
    if (answer.kind === "timeline") session.timeline.value = { of: source, timeline: answer.timeline };
  });
}

/** Runs the plan of the report that is shown again, sampled for a map of its GPUs, where that is not there yet. */
export function drawMap(session: Session): void {
  const answered = session.answered.value;
  if (answered === undefined || session.running.value !== undefined || session.map.value?.of === answered.source) return;
  const { source, report } = answered;
  session.order({ kind: "map", source, horizonSeconds: report.horizonSeconds }, (answer) => {
    if (answer.kind === "map") session.map.value = { of: source, map: answer.map };
  });
}
