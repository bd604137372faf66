import type { Mark } from "@tokenyard/report";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { keyMove, type Moves } from "./keys.ts";
import type { Bars, Row } from "./lane-index.ts";
import { MarkLines } from "./marks/mark-strip.tsx";
import { linesFor, paint } from "./pictures.ts";
import { pointerMoves } from "./pointers.ts";
import { gridded, type Inks, rowUnder, type Stretch, topOf } from "./raster.ts";
import type { Chosen } from "./walk.ts";

interface LanesPictureProps {
  readonly rows: readonly Row[];
  /** Rows in a group: the lanes of a rank, or one request. */
  readonly group: 1 | 2;
  readonly bars: Bars;
  readonly inks: Inks;
  readonly stretch: Stretch;
  readonly marks: readonly Mark[];
  /** Whether each row is one pixel high, so that all are visible. */
  readonly isDense: boolean;
  readonly chosen: Chosen | undefined;
  readonly moves: Moves;
  /** Label of the picture, with its keys. */
  readonly label: string;
  /** The name of a group of rows, by the place of its first row. */
  readonly nameOf: (row: number) => ComponentChildren;
  /** Whether a row opens something: where there is no room for all names, those of such rows stay. */
  readonly isFirstOf?: (row: number) => boolean;
  /** A place was pointed at; `slackNs` is how near it is meant. */
  readonly onPoint: (row: number, ns: number, slackNs: number) => void;
  /** The width of the picture in pixels of the screen has changed. */
  readonly onWidth: (pixels: number) => void;
}

const MOST_PIXELS = 460;
const NAME_PIXELS = 15;
const POINT_PIXELS = 3;

/** Rows over time: those in sight are drawn into pixels, the others are scrolled to. */
export function LanesPicture(props: LanesPictureProps) {
  const { rows, group, bars, inks, marks, isDense, chosen, moves, label, nameOf, isFirstOf, onPoint, onWidth } = props;
  const [width, setWidth] = useState(0);
  const [scrolled, setScrolled] = useState(0);
  const stretch = useMemo(() => gridded(props.stretch, Math.max(1, width)), [props.stretch, width]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const ratio = Math.min(devicePixelRatio, 1.5);
  const lines = useMemo(() => linesFor(rows.length, group, MOST_PIXELS, ratio, isDense), [rows.length, group, ratio, isDense]);
  const total = topOf(rows.length, lines) / ratio;
  const height = isDense ? total : Math.min(MOST_PIXELS, total);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width * ratio)));
    observer.observe(canvas.current!.parentElement!);
    return () => observer.disconnect();
  }, [ratio]);
  useEffect(() => onWidth(width), [width]);
  useEffect(() => {
    if (width === 0) return;
    const place = canvas.current!;
    if (place.width !== width) place.width = width;
    const pixels = Math.max(1, Math.round(height * ratio));
    if (place.height !== pixels) place.height = pixels;
    paint(place, bars, rows, stretch, lines, inks, Math.round(scrolled * ratio));
  }, [bars, rows, stretch, lines, inks, width, height, scrolled, ratio]);
  useEffect(() => {
    if (chosen === undefined) return;
    const [top, bottom] = [topOf(chosen.row, lines) / ratio, (topOf(chosen.row, lines) + lines.height) / ratio];
    const { scrollTop } = box.current!;
    if (top < scrollTop || bottom > scrollTop + height) box.current!.scrollTop = Math.max(0, top - height / 2);
  }, [chosen, lines, height, ratio]);

  const names = useMemo(() => {
    const named: { readonly row: number; readonly top: number; readonly isFirst: boolean }[] = [];
    for (let row = 0; row < rows.length; row += group) {
      const top = topOf(row, lines) / ratio;
      if (top > scrolled + height) break;
      if (top < scrolled - NAME_PIXELS) continue;
      const last = named.at(-1);
      const isFirst = isFirstOf?.(row) ?? false;
      if (last === undefined || top - last.top >= NAME_PIXELS) named.push({ row, top, isFirst });
      else if (isFirst && !last.isFirst) named.splice(-1, 1, { row, top, isFirst });
    }
    return named.map(({ row, top }) => (
      <div key={row} class="name" style={{ top: `${top}px` }}>
        {nameOf(row)}
      </div>
    ));
  }, [rows, group, lines, ratio, scrolled, height, nameOf, isFirstOf]);

  const point = (x: number, y: number, { left, top, width: wide }: DOMRect) => {
    const row = rowUnder((y - top + scrolled) * ratio, rows.length, lines);
    const ns = stretch.toNs - stretch.fromNs;
    if (row !== undefined) onPoint(row, stretch.fromNs + ((x - left) / wide) * ns, (POINT_PIXELS * ns) / wide);
  };
  const share = (ns: number) => (100 * (ns - stretch.fromNs)) / (stretch.toNs - stretch.fromNs);
  return (
    <div class="lanes" ref={box} style={{ height: `${height}px` }} onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}>
      <div style={{ height: `${total}px` }}>
        <div class="names">{names}</div>
        <div
          class="picture"
          role="application"
          aria-label={label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom the picture
          tabIndex={0}
          style={{ height: `${height}px` }}
          onKeyDown={(event) => keyMove(event, moves)}
        >
          <canvas ref={canvas} {...pointerMoves(moves, point)} />
          <MarkLines marks={marks} stretch={stretch} />
          {chosen !== undefined && (
            <div
              class="chosen"
              style={{
                left: `${share(bars.startNs[chosen.at]!)}%`,
                width: `${share(bars.endNs[chosen.at]!) - share(bars.startNs[chosen.at]!)}%`,
                top: `${topOf(chosen.row, lines) / ratio - scrolled}px`,
                height: `${lines.height / ratio}px`,
              }}
            />
          )}
        </div>
      </div>
    </div>
  );
}
