import { useEffect, useRef } from "preact/hooks";
import type { Bars, Row } from "./lane-index.ts";
import { paint } from "./pictures.ts";
import type { Inks, Stretch } from "./raster.ts";

interface MinimapProps {
  readonly rows: readonly Row[];
  readonly bars: Bars;
  readonly inks: Inks;
  /** End of the recorded time. */
  readonly toNs: number;
  readonly stretch: Stretch;
  /** Width of the picture beside it, in pixels of the screen. */
  readonly width: number;
  /** Shows the time around `ns`. */
  readonly onPlace: (ns: number) => void;
}

/** Most rows; more would be thinner than a pixel. */
const MOST_ROWS = 32;
const LINES = { height: 3, gap: 0, group: 1 };

/** The whole run in small, with a frame round the visible part; a press or a drag moves the frame. */
export function Minimap({ rows, bars, inks, toNs, stretch, width, onPlace }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (width === 0) return;
    const every = Math.ceil(rows.length / MOST_ROWS);
    const shown = rows.filter((_, at) => at % every === 0);
    canvas.current!.width = width;
    canvas.current!.height = Math.max(1, LINES.height * shown.length);
    paint(canvas.current!, bars, shown, { fromNs: 0, toNs }, LINES, inks);
  }, [rows, bars, inks, toNs, width]);
  const place = (event: PointerEvent) => {
    if (event.buttons === 0) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    onPlace(((event.clientX - box.left) / box.width) * toNs);
  };
  const share = (ns: number) => `${(100 * ns) / Math.max(toNs, 1)}%`;
  return (
    <div
      class="minimap"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        place(event);
      }}
      onPointerMove={place}
    >
      <canvas ref={canvas} role="img" aria-label="the whole run in small" />
      <div class="frame" style={{ left: share(stretch.fromNs), width: share(stretch.toNs - stretch.fromNs) }} />
    </div>
  );
}
