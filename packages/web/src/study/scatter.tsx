import type { StudyRow } from "@tokenyard/study";
import { isNarrow } from "../charts/narrow.ts";
import { frontOf, type PlacedMetric } from "./front.ts";
import { axesOf, labelsOf, NARROW_BOX, type PlotAxis, type PlotBox, WIDE_BOX } from "./plot-axes.ts";
import { boundTexts } from "./region.ts";
import { numberText } from "./value.ts";

interface ScatterProps {
  readonly rows: readonly StudyRow[];
  readonly x: PlacedMetric;
  readonly y: PlacedMetric;
  readonly chosen: StudyRow | undefined;
  /** Whether targets or constraints are demanded of the rows. */
  readonly isDemanding: boolean;
  colourOf(row: StudyRow): string | undefined;
  onChoose(row: StudyRow): void;
}

/** The rows that have both metrics, from left to right. */
export function drawnRows(rows: readonly StudyRow[], x: PlacedMetric, y: PlacedMetric): StudyRow[] {
  return rows
    .filter(({ values }) => values[x.at] != null && values[y.at] != null)
    .sort((a, b) => a.values[x.at]! - b.values[x.at]! || a.index - b.index);
}

/**
 * One metric against another, with the front of the rows that meet the demands; those that miss them are hollow. What the demands on
 * the two metrics leave is shaded. Arrow keys move between points.
 */
export function Scatter({ rows, x, y, chosen, isDemanding, colourOf, onChoose }: ScatterProps) {
  const drawn = drawnRows(rows, x, y);
  const front = frontOf(drawn, x, y).sort((a, b) => a.values[x.at]! - b.values[x.at]! || a.index - b.index);
  const box = isNarrow.value ? NARROW_BOX : WIDE_BOX;
  const [across, up] = axesOf(drawn, { x, y }, box);
  const isFeasible = across.allowed !== undefined && up.allowed !== undefined && isDemanding;
  const at = ({ values }: StudyRow) => [across.at(values[x.at]!), up.at(values[y.at]!)] as const;
  const onFront = new Set(front);
  const walk = (event: KeyboardEvent) => {
    const list = event.key === "ArrowUp" || event.key === "ArrowDown" ? front : drawn;
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step === undefined || list.length === 0) return;
    event.preventDefault();
    const place = chosen === undefined ? -1 : list.indexOf(chosen);
    onChoose(place < 0 ? list[0]! : list[Math.min(list.length - 1, Math.max(0, place + step))]!);
  };
  const labels = labelsOf(
    across.ticks.map((tick) => ({ x: across.at(tick), text: numberText(tick, x.unit) })),
    box,
  );
  const nameOf = (metric: PlacedMetric, isLogarithmic: boolean) =>
    `${metric.name}, ${metric.better} is better${isLogarithmic ? ", logarithmic" : ""}`;
  return (
    <svg
      id="scatter"
      viewBox={`0 0 ${box.width} ${box.height}`}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys walk through the marks
      tabIndex={0}
      aria-labelledby="scatter-title"
      aria-describedby="scatter-help"
      onKeyDown={walk}
    >
      {across.ticks.map((tick) => (
        <line key={tick} class="grid" x1={across.at(tick)} x2={across.at(tick)} y1={box.top} y2={box.bottom} />
      ))}
      {labels.map((label) => (
        <text key={label.text} x={label.x} y={box.bottom + 18} text-anchor={label.anchor}>
          {label.text}
        </text>
      ))}
      {up.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={box.left} x2={box.right} y1={up.at(tick)} y2={up.at(tick)} />
          <text
            class="up-tick"
            {...(isNarrow.value ? { x: box.left + 4, y: up.at(tick) - 4 } : { x: box.left - 8, y: up.at(tick) + 4, "text-anchor": "end" })}
          >
            {numberText(tick, y.unit)}
          </text>
        </g>
      ))}
      <text x={box.right} y={box.bottom + 42} text-anchor="end">
        {nameOf(x, across.isLogarithmic)}
      </text>
      <text class="up-name" x={8} y={box.top - 12}>
        {nameOf(y, up.isLogarithmic)}
      </text>
      {isFeasible && (across.isBounded || up.isBounded) && (
        <rect
          class="feasible"
          x={across.allowed[0]}
          y={up.allowed[1]}
          width={across.allowed[1] - across.allowed[0]}
          height={up.allowed[0] - up.allowed[1]}
        />
      )}
      {isDemanding && <Bounds box={box} across={{ ...across, metric: x }} up={{ ...up, metric: y }} />}
      {front.length > 1 && <polyline class="front" points={front.map((row) => at(row).join(",")).join(" ")} />}
      {[...drawn.filter((each) => !onFront.has(each)), ...front].map((row) => {
        const [cx, cy] = at(row);
        const isOn = onFront.has(row);
        const misses = isDemanding && row.met !== true;
        const colour = colourOf(row);
        return (
          <circle
            key={row.index}
            cx={cx}
            cy={cy}
            r={isOn ? 6 : 4}
            data-index={row.index}
            class={`${isOn ? "on-front" : ""} ${misses ? "misses" : ""} ${row === chosen ? "chosen" : ""}`}
            style={colour === undefined ? {} : misses ? { stroke: colour } : { fill: colour }}
            onPointerOver={() => onChoose(row)}
          />
        );
      })}
    </svg>
  );
}

interface BoundsProps extends Readonly<Record<"across" | "up", PlotAxis & { readonly metric: PlacedMetric }>> {
  readonly box: PlotBox;
}

/** Lines of the bounds that are in the picture, each with its demand. */
function Bounds({ box, across, up }: BoundsProps) {
  const middle = (box.left + box.right) / 2;
  const linesOf = ({ metric, allowed }: typeof across, ends: readonly [number, number]) => {
    if (allowed === undefined) return [];
    const texts = boundTexts(metric);
    return [metric.least, metric.most].flatMap((bound, at) => {
      const pixel = allowed[at]!;
      return bound === undefined || pixel === ends[at] ? [] : [{ pixel, text: texts[metric.least === undefined ? 0 : at]! }];
    });
  };
  return (
    <>
      {linesOf(across, [box.left, box.right]).map(({ pixel, text }) => (
        <g key={text}>
          <line class="bound" x1={pixel} x2={pixel} y1={box.top} y2={box.bottom} />
          <text x={pixel + (pixel > middle ? -5 : 5)} y={box.top + 16} text-anchor={pixel > middle ? "end" : "start"}>
            {text}
          </text>
        </g>
      ))}
      {linesOf(up, [box.bottom, box.top]).map(({ pixel, text }) => (
        <g key={text}>
          <line class="bound" x1={box.left} x2={box.right} y1={pixel} y2={pixel} />
          <text x={box.right - 5} y={pixel - 5} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
    </>
  );
}
