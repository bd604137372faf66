import { measured } from "@tokenyard/report";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Session } from "../app/session.ts";
import { colourOf } from "../charts/palette.ts";
import type { Timeline } from "../worker/messages.ts";
import { BusyTable } from "./busy-table.tsx";
import { keyMove, type Moves } from "./keys.ts";
import { firstAfter, type LaneRow, laneRows, spanAt } from "./lane-index.ts";
import { inksOf, linesFor, paint } from "./pictures.ts";
import { pointerMoves } from "./pointers.ts";
import { type Lines, type Stretch, topOf } from "./raster.ts";
import { SpanCard } from "./span-card.tsx";
import { panned, zoomed } from "./viewport.ts";

/** The timeline of the report that is shown; the plan runs once more for it, and keeps spans. */
export function TimelineView({ session }: { readonly session: Session }) {
  const kept = session.timeline.value;
  const answered = session.answered.value;
  const isThere = kept !== undefined && kept.of === answered?.source;
  useEffect(() => {
    if (!isThere) session.drawTimeline();
  }, [session, isThere, answered]);
  if (!isThere)
    return <p>{session.running.value === undefined ? "There is no timeline yet." : "Running again, to keep what each rank did when…"}</p>;
  return <Picture key={kept.timeline.horizonNs} timeline={kept.timeline} />;
}

const HEIGHT = 460;
const MINIMAP = { height: 3, gap: 0 };

function Picture({ timeline }: { readonly timeline: Timeline }) {
  const { spans, ops, toNs, horizonNs } = timeline;
  const [stretch, setStretch] = useState<Stretch>({ fromNs: 0, toNs });
  const [chosen, setChosen] = useState<number>();
  const [sought, setSought] = useState("");
  const [width, setWidth] = useState(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);
  const rows = useMemo(() => laneRows(timeline), [timeline]);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const inks = useMemo(() => inksOf(ops, isDark), [ops, isDark]);
  const ratio = Math.min(devicePixelRatio, 1.5);
  const lines = linesFor(rows.length, HEIGHT, ratio);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width * ratio)));
    observer.observe(canvas.current!.parentElement!);
    return () => observer.disconnect();
  }, [ratio]);
  useEffect(() => {
    if (width === 0) return;
    canvas.current!.width = width;
    paint(canvas.current!, timeline, rows, stretch, lines, inks);
  }, [timeline, rows, stretch, lines, inks, width]);
  useEffect(() => {
    if (width === 0) return;
    minimap.current!.width = width;
    paint(minimap.current!, timeline, rows.slice(0, 32), { fromNs: 0, toNs }, MINIMAP, inks);
  }, [timeline, rows, toNs, inks, width]);

  const moves: Moves = {
    pan: (share) => setStretch((now) => panned(now, share, toNs)),
    zoom: (times, share = 0.5) => setStretch((now) => zoomed(now, times, share, toNs)),
    all: () => setStretch({ fromNs: 0, toNs }),
    next: (by) => show(neighbour(chosen, by)),
    lane: (by) => show(otherLane(chosen, by)),
    cause: () => show(causeOf(chosen)),
  };

  /** Shows span `at`, and the time around it where it is out of sight. */
  function show(at: number | undefined): void {
    if (at === undefined) return;
    setChosen(at);
    const [start, end] = [spans.startNs[at]!, spans.endNs[at]!];
    if (start >= stretch.toNs || end <= stretch.fromNs) {
      const length = Math.max(stretch.toNs - stretch.fromNs, 1);
      setStretch(panned({ fromNs: start - length / 3, toNs: start + (2 * length) / 3 }, 0, toNs));
    }
  }

  function rowOf(at: number) {
    return rows.findIndex(({ rank, lane }) => rank === spans.rank[at] && lane === timeline.lanes[spans.kind[at]!]);
  }

  function neighbour(at: number | undefined, by: number): number | undefined {
    if (at === undefined) return rows.find((row) => row.spans.length > 0)?.spans[0];
    const { spans: places } = rows[rowOf(at)]!;
    return places[places.indexOf(at) + by];
  }

  function otherLane(at: number | undefined, by: number): number | undefined {
    if (at === undefined) return neighbour(undefined, 0);
    const row = rows[rowOf(at) + by];
    return row && (spanAt(row, spans, spans.startNs[at]!, stretch.toNs - stretch.fromNs) ?? row.spans[firstAfter(row, spans.startNs[at]!)]);
  }

  /** The span of the same op on the rank that was ready last, where that rank is shown. */
  function causeOf(at: number | undefined): number | undefined {
    if (at === undefined || spans.endNs[at] === spans.workNs[at]) return undefined;
    const row = rows.find(({ rank, lane }) => rank === spans.cause[at] && lane === timeline.lanes[spans.kind[at]!]);
    return row && spanAt(row, spans, spans.workNs[at]!, 0);
  }

  function find(text: string): void {
    setSought(text);
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return;
    const from = chosen === undefined ? 0 : spans.startNs[chosen]!;
    let found: number | undefined;
    for (let at = 0; at < spans.startNs.length; at++) {
      if (spans.startNs[at]! < from || at === chosen || !labelOf(at).includes(wanted)) continue;
      if (found === undefined || spans.startNs[at]! < spans.startNs[found]!) found = at;
    }
    show(found);
  }

  function labelOf(at: number): string {
    const layer = spans.layer[at]! < 0 ? "" : ` layer ${spans.layer[at]}`;
    return `${ops[spans.kind[at]!]}${layer} micro-batch ${spans.microBatch[at]}`.toLowerCase();
  }

  function choose(x: number, y: number, box: DOMRect): void {
    const pixel = (y - box.top) * (canvas.current!.height / box.height);
    const row = rows.findIndex((_, at) => pixel >= topOf(at, lines) && pixel < topOf(at, lines) + lines.height);
    if (row < 0) return;
    const length = stretch.toNs - stretch.fromNs;
    setChosen(spanAt(rows[row]!, spans, stretch.fromNs + ((x - box.left) / box.width) * length, (3 * length) / box.width));
  }

  const part =
    toNs < horizonNs
      ? `the first ${measured(toNs / 1e9, "s")} of ${measured(horizonNs / 1e9, "s")}, which is as much as there is room for`
      : "the whole run";
  return (
    <section class="timeline" aria-labelledby="timeline">
      <h1 id="timeline">Timeline</h1>
      <p class="faint">
        {spans.startNs.length.toLocaleString("en-US")} spans of the first rank of each stage, {part}. Compute above network; a wait is the
        pale tail of its op.
      </p>
      <div class="tools">
        <button type="button" onClick={() => moves.zoom(0.5)}>
          Closer
        </button>
        <button type="button" onClick={() => moves.zoom(2)}>
          Wider
        </button>
        <button type="button" onClick={moves.all}>
          All
        </button>
        <label>
          Find <input value={sought} onChange={(event) => find(event.currentTarget.value)} placeholder="dispatch layer 5" />
        </label>
      </div>
      <canvas
        ref={minimap}
        class="minimap"
        role="img"
        aria-label="the whole run in small"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const length = stretch.toNs - stretch.fromNs;
          setStretch(
            panned(
              {
                fromNs: ((event.clientX - box.left) / box.width) * toNs - length / 2,
                toNs: ((event.clientX - box.left) / box.width) * toNs + length / 2,
              },
              0,
              toNs,
            ),
          );
        }}
      />
      <p class="ruler" aria-live="polite">
        <span>{measured(stretch.fromNs / 1e9, "s")}</span>
        <span>{measured((stretch.toNs - stretch.fromNs) / 1e9, "s")} shown</span>
        <span>{measured(stretch.toNs / 1e9, "s")}</span>
      </p>
      <div class="lanes">
        <div
          role="application"
          aria-label="timeline of ops: arrows pan, W and S zoom, up and down change the lane, N and P the span, Enter goes to the cause, 0 shows all"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom the picture
          tabIndex={0}
          onKeyDown={(event) => keyMove(event, moves)}
        >
          <RankLabels rows={rows} lines={lines} ratio={ratio} />
          <canvas ref={canvas} {...pointerMoves(moves, choose)} />
        </div>
      </div>
      <ul class="legend">
        {ops
          .filter((_, kind) => spans.kind.includes(kind))
          .map((name) => (
            <li key={name}>
              <span class="swatch" style={{ background: colourOf(name) }} aria-hidden="true" />
              {name}
            </li>
          ))}
      </ul>
      {chosen !== undefined && (
        <SpanCard timeline={timeline} at={chosen} onCause={causeOf(chosen) === undefined ? undefined : moves.cause} />
      )}
      <BusyTable timeline={timeline} rows={rows} stretch={stretch} />
    </section>
  );
}

/** At least so far apart, in pixels. */
const LABEL_PIXELS = 15;

/** Names of the ranks over the left end of their lanes, as many as there is room for. */
function RankLabels({ rows, lines, ratio }: { readonly rows: readonly LaneRow[]; readonly lines: Lines; readonly ratio: number }) {
  const every = Math.ceil((LABEL_PIXELS * ratio) / topOf(2, lines));
  return (
    <div class="ranks" aria-hidden="true">
      {rows.flatMap(({ rank, lane }, at) =>
        lane === 0 && (at / 2) % every === 0
          ? [
              <span key={rank} style={{ top: `${topOf(at, lines) / ratio}px` }}>
                rank {rank}
              </span>,
            ]
          : [],
      )}
    </div>
  );
}
