import type { StudyRow } from "@tokenyard/study";
import { axisOf } from "../charts/scale.ts";
import { frontOf, type PlacedMetric } from "./front.ts";
import { numberText } from "./value.ts";

const BOX = { left: 120, right: 940, top: 30, bottom: 425 };
const WIDE = 50;

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
 * One metric against another, with the front of the rows that meet the demands; those that miss them are hollow. Arrow keys move between
 * points.
 */
export function Scatter({ rows, x, y, chosen, isDemanding, colourOf, onChoose }: ScatterProps) {
  const drawn = drawnRows(rows, x, y);
  const front = frontOf(drawn, x, y).sort((a, b) => a.values[x.at]! - b.values[x.at]! || a.index - b.index);
  const [across, up] = [axisFor(drawn, x, [BOX.left + 10, BOX.right - 10]), axisFor(drawn, y, [BOX.bottom - 10, BOX.top + 10])];
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
  const nameOf = (metric: PlacedMetric, isLogarithmic: boolean) =>
    `${metric.name}, ${metric.better} is better${isLogarithmic ? ", logarithmic" : ""}`;
  return (
    <svg
      id="scatter"
      viewBox="0 0 960 480"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys walk through the marks
      tabIndex={0}
      aria-labelledby="scatter-title"
      aria-describedby="scatter-help"
      onKeyDown={walk}
    >
      {across.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={across.at(tick)} x2={across.at(tick)} y1={BOX.top} y2={BOX.bottom} />
          <text x={across.at(tick)} y={BOX.bottom + 18} text-anchor="middle">
            {numberText(tick, x.unit)}
          </text>
        </g>
      ))}
      {up.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={BOX.left} x2={BOX.right} y1={up.at(tick)} y2={up.at(tick)} />
          <text class="up-tick" x={BOX.left - 8} y={up.at(tick) + 4}>
            {numberText(tick, y.unit)}
          </text>
        </g>
      ))}
      <text x={BOX.right} y={BOX.bottom + 42} text-anchor="end">
        {nameOf(x, across.isLogarithmic)}
      </text>
      <text class="up-name" x={8} y={BOX.top - 12}>
        {nameOf(y, up.isLogarithmic)}
      </text>
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

function axisFor(rows: readonly StudyRow[], { at }: PlacedMetric, pixels: readonly [number, number]) {
  const values = rows.map(({ values }) => values[at]!);
  const [low, high] = [
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  ];
  if (values.length === 0) return { at: () => pixels[0], ticks: [], isLogarithmic: false };
  return { ...axisOf(low, high, pixels), isLogarithmic: low > 0 && high / low > WIDE };
}
