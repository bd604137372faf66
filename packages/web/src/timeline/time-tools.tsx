import type { Mark } from "@tokenyard/report";
import { measured } from "@tokenyard/report";
import type { ComponentChildren } from "preact";
import type { Moves } from "./keys.ts";
import type { Bars, Row } from "./lane-index.ts";
import { MarkStrip } from "./marks/mark-strip.tsx";
import { Minimap } from "./minimap.tsx";
import type { Inks, Stretch } from "./raster.ts";
import { panned } from "./viewport.ts";

interface TimeToolsProps {
  readonly moves: Pick<Moves, "zoom" | "all">;
  readonly rows: readonly Row[];
  readonly bars: Bars;
  readonly inks: Inks;
  readonly toNs: number;
  readonly stretch: Stretch;
  readonly setStretch: (stretch: Stretch) => void;
  readonly width: number;
  readonly marks: readonly Mark[];
  readonly onMark: (mark: Mark) => void;
  /** Further tools. */
  readonly children?: ComponentChildren;
}

/** Area above the rows of a timeline: buttons, an overview of the run, the visible time, and the marks. */
export function TimeTools({ moves, rows, bars, inks, toNs, stretch, setStretch, width, marks, onMark, children }: TimeToolsProps) {
  const length = stretch.toNs - stretch.fromNs;
  return (
    <>
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
        {children}
      </div>
      <div class="beside-names">
        <Minimap
          {...{ rows, bars, inks, toNs, stretch, width }}
          onPlace={(ns) => setStretch(panned({ fromNs: ns - length / 2, toNs: ns + length / 2 }, 0, toNs))}
        />
        <p class="ruler" aria-live="polite">
          <span>{measured(stretch.fromNs / 1e9, "s")}</span>
          <span>{measured(length / 1e9, "s")} shown</span>
          <span>{measured(stretch.toNs / 1e9, "s")}</span>
        </p>
        <MarkStrip marks={marks} stretch={stretch} onShow={onMark} />
      </div>
    </>
  );
}
