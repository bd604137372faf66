import { groupOf, type Mark, measured } from "@tokenyard/report";
import { useCallback, useMemo, useState } from "preact/hooks";
import { isDark } from "../../charts/colour-scheme.ts";
import type { Timeline } from "../../worker/messages.ts";
import { FindForm } from "../find-form.tsx";
import type { Moves } from "../keys.ts";
import { laneRows, spanAt } from "../lane-index.ts";
import { LanesPicture } from "../lanes-picture.tsx";
import { Legend } from "../legend.tsx";
import { inksOf } from "../pictures.ts";
import type { Stretch } from "../raster.ts";
import { TimeTools } from "../time-tools.tsx";
import type { TimelineOwner } from "../timeline-owner.ts";
import { panned, zoomed } from "../viewport.ts";
import { acrossOf, besideOf, type Chosen, firstPause } from "../walk.ts";
import { BusyTable } from "./busy-table.tsx";
import { RankName } from "./rank-name.tsx";
import { foundFrom, matcherOf } from "./search.ts";
import { SpanCard } from "./span-card.tsx";

export interface TimelineParts {
  readonly timeline: Timeline;
  readonly stretch: Stretch;
  readonly setStretch: (stretch: Stretch) => void;
  readonly onMark: (mark: Pick<Mark, "fromNs" | "toNs">) => void;
}

/** A span that a reader chose: where rows are other ones, it is looked for by rank, lane and time. */
interface Pointed {
  readonly of: Timeline;
  readonly at: number | undefined;
  readonly rank: number;
  readonly lane: number;
  readonly ns: number;
}

const KEYS = "arrows pan, W and S zoom, up and down change the lane, N and P the span, Enter goes to the cause, 0 shows all";
/** A shorter pause of a stage is no bubble to look at: this share of the run. */
const LEAST_BUBBLE = 1 / 1000;

/** Two lanes of each rank: of stages the first rank, and where a stage is open all of its ranks. */
export function RankTimeline({ timeline, stretch, setStretch, onMark, owner }: TimelineParts & { readonly owner: TimelineOwner }) {
  const { spans, ops, lanes, groups, open, toNs, horizonNs, marks } = timeline;
  const [pointed, setPointed] = useState<Pointed>();
  const [said, setSaid] = useState("");
  const [isDense, setDense] = useState(false);
  const [width, setWidth] = useState(0);
  const rows = useMemo(() => laneRows(timeline), [timeline]);
  const inks = useMemo(() => inksOf(ops, isDark.value), [ops, isDark.value]);
  const isBusy = owner.running.value !== undefined;
  const mayOpen = owner.drawTimeline !== undefined;
  const shown = useMemo(() => ops.filter((_, kind) => spans.kind.includes(kind)), [ops, spans]);

  const rowOf = (rank: number, lane: number) => rows.findIndex((row) => row.rank === rank && row.lane === lane);
  const chosen = useMemo((): Chosen | undefined => {
    if (pointed === undefined) return undefined;
    const row = rowOf(pointed.rank, pointed.lane);
    if (row < 0) return undefined;
    const at = pointed.of === timeline ? pointed.at : undefined;
    const found = at ?? spanAt(rows[row]!, spans, pointed.ns, 0);
    return found === undefined ? undefined : { row, at: found };
  }, [pointed, rows]);

  const show = (next: Chosen | undefined) => {
    if (next === undefined) return;
    const [startNs, endNs] = [spans.startNs[next.at]!, spans.endNs[next.at]!];
    const { rank, lane } = rows[next.row]!;
    setPointed({ of: timeline, at: next.at, rank, lane, ns: startNs });
    if (startNs >= stretch.toNs || endNs <= stretch.fromNs) {
      const length = stretch.toNs - stretch.fromNs;
      setStretch(panned({ fromNs: startNs - length / 3, toNs: startNs + (2 * length) / 3 }, 0, toNs));
    }
  };
  const openGroups = (next: typeof open) => owner.drawTimeline?.(next);
  const toggle = useCallback(
    (firstRank: number) => {
      const now = open === "all" ? groups.map((group) => group.firstRank) : open;
      owner.drawTimeline?.(now.includes(firstRank) ? now.filter((each) => each !== firstRank) : [...now, firstRank]);
    },
    [owner, open, groups],
  );
  /** To the span of the same op on the rank that was ready last; its stage is opened where that rank has no lanes. */
  const toCause = () => {
    if (chosen === undefined || spans.endNs[chosen.at] === spans.workNs[chosen.at]) return;
    const [rank, lane, ns] = [spans.cause[chosen.at]!, lanes[spans.kind[chosen.at]!]!, spans.workNs[chosen.at]!];
    setPointed({ of: timeline, at: undefined, rank, lane, ns });
    const group = groupOf(groups, rank);
    if (rowOf(rank, lane) < 0 && group !== undefined && !isBusy) toggle(group.firstRank);
  };
  const moves: Moves = {
    pan: (share) => setStretch(panned(stretch, share, toNs)),
    zoom: (times, share = 0.5) => setStretch(zoomed(stretch, times, share, toNs)),
    all: () => setStretch({ fromNs: 0, toNs }),
    next: (by) => show(besideOf(rows, chosen, by)),
    lane: (by) => show(acrossOf(rows, spans, chosen, by, stretch.toNs - stretch.fromNs)),
    cause: toCause,
  };
  const find = (text: string) => {
    if (text.trim() === "") return setSaid("");
    const matches = matcherOf(text, timeline);
    if (typeof matches === "string") return setSaid(matches);
    const fromNs = chosen === undefined ? 0 : spans.startNs[chosen.at]!;
    const at = foundFrom(spans, matches, fromNs, chosen?.at ?? -1) ?? foundFrom(spans, matches, 0, -1);
    if (at === undefined) return setSaid(`no span is ${text}`);
    setSaid("");
    show({ row: rowOf(spans.rank[at]!, lanes[spans.kind[at]!]!), at });
  };
  const toBubble = () => {
    const pause = firstPause(rows, 2, spans, toNs * LEAST_BUBBLE);
    if (pause === undefined) return setSaid("no stage pauses between its ops");
    const { rank } = rows[pause.row]!;
    setSaid(
      `rank ${rank} has nothing to do for ${measured((pause.toNs - pause.fromNs) / 1e9, "s")}, from ${measured(pause.fromNs / 1e9, "s")} on`,
    );
    const after = spanAt(rows[pause.row]!, spans, pause.toNs, 0);
    if (after !== undefined) setPointed({ of: timeline, at: after, rank, lane: 0, ns: pause.toNs });
    onMark(pause);
  };
  const nameOf = useCallback(
    (row: number) => (
      <RankName rank={rows[row]!.rank} groups={groups} open={open} isBusy={isBusy} onToggle={mayOpen ? toggle : undefined} />
    ),
    [rows, groups, open, isBusy, mayOpen, toggle],
  );
  const isFirstOf = useCallback((row: number) => groupOf(groups, rows[row]!.rank)?.firstRank === rows[row]!.rank, [rows, groups]);
  const part =
    toNs < horizonNs
      ? `the first ${measured(toNs / 1e9, "s")} of ${measured(horizonNs / 1e9, "s")}, as more do not fit: run --html FILE --timeline has a later part by --from and --to`
      : "the whole run";
  return (
    <>
      <p class="faint">
        {spans.startNs.length.toLocaleString("en-US")} spans of {timeline.ranks.length.toLocaleString("en-US")}{" "}
        {timeline.ranks.length === 1 ? "rank" : "ranks"}, {part}. Compute above network; a wait is the pale tail of its op.
        {spans.startNs.length === 0 && " Nothing ran: the report says what became of the requests."}
      </p>
      <TimeTools {...{ moves, rows, inks, toNs, stretch, setStretch, width, marks, onMark }} bars={spans}>
        <button type="button" onClick={toBubble}>
          First bubble
        </button>
        {mayOpen && groups.some(({ ranks }) => ranks > 1) && (
          <button type="button" aria-pressed={open === "all"} disabled={isBusy} onClick={() => openGroups(open === "all" ? [] : "all")}>
            All ranks
          </button>
        )}
        {rows.length > 64 && (
          <button type="button" aria-pressed={isDense} onClick={() => setDense(!isDense)}>
            All in one picture
          </button>
        )}
        <FindForm example="dispatch layer 5" onFind={find} />
        <span role="status">{isBusy ? "running again, for the ranks…" : said}</span>
      </TimeTools>
      <LanesPicture
        {...{ rows, inks, stretch, marks, isDense, chosen, moves, nameOf, isFirstOf }}
        group={2}
        bars={spans}
        label={`timeline of ops: ${KEYS}`}
        onPoint={(row, ns, slackNs) => {
          const at = spanAt(rows[row]!, spans, ns, slackNs);
          if (at !== undefined) show({ row, at });
        }}
        onWidth={setWidth}
      />
      <Legend names={shown} />
      {chosen !== undefined && <SpanCard timeline={timeline} at={chosen.at} onCause={toCause} />}
      <BusyTable timeline={timeline} rows={rows} stretch={stretch} />
    </>
  );
}
