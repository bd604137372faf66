import { measured, significant } from "@tokenyard/report";
import { useRef } from "preact/hooks";
import { CopySvg } from "./copy-svg.tsx";
import { areaPath } from "./path.ts";
import { axisOf } from "./scale.ts";
import { shownSvg } from "./shown-svg.ts";

interface LevelChartProps {
  readonly name: string;
  /** A mean for each bucket. */
  readonly values: readonly number[];
  readonly bucketSeconds: number;
  readonly text?: (value: number) => string;
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [420, 130, 56, 26, 10];

/** A level over simulated time. */
export function LevelChart({ name, values, bucketSeconds, text = (value) => significant(value) }: LevelChartProps) {
  const figure = useRef<HTMLElement>(null);
  const most = values.reduce((high, value) => Math.max(high, value), 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const x = axisOf(0, values.length * bucketSeconds, [LEFT, WIDTH - 10], 4);
  const y = axisOf(0, most === 0 ? 1 : most, [HEIGHT - BOTTOM, TOP], 3);
  const peak = values.indexOf(most);
  const said = `mean ${text(mean)}, at most ${text(most)} at ${measured(peak * bucketSeconds, "s")}`;
  return (
    <figure class="chart" ref={figure}>
      <figcaption>
        {name} <span class="faint">{said}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${name} over time: ${said}`}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={WIDTH - 10} y1={y.at(tick)} y2={y.at(tick)} />
            <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
              {text(tick)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <text key={tick} x={x.at(tick)} y={HEIGHT - 8} text-anchor={x.at(tick) > WIDTH - 30 ? "end" : "middle"}>
            {measured(tick, "s")}
          </text>
        ))}
        <path
          class="area"
          d={areaPath(
            values.map((value, at) => [x.at(at * bucketSeconds), y.at(value)]),
            y.at(0),
          )}
        />
      </svg>
      <CopySvg name={`${name} over time`} of={() => shownSvg(figure.current)} />
      <details>
        <summary>{name} as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">from</th>
              <th scope="col">mean</th>
              <th scope="col">at most</th>
            </tr>
          </thead>
          <tbody>
            {partsOf(values).map(({ from, mean: level, most: peakLevel }) => (
              <tr key={from}>
                <th scope="row">{measured(from * bucketSeconds, "s")}</th>
                <td>{text(level)}</td>
                <td>{text(peakLevel)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Lines of a table at most. */
const MOST_PARTS = 12;

/** Mean and highest of `values` in up to twelve parts of about the same length; `from`: the first bucket of each. */
function partsOf(values: readonly number[]): readonly { readonly from: number; readonly mean: number; readonly most: number }[] {
  const length = Math.max(1, Math.ceil(values.length / MOST_PARTS));
  return Array.from({ length: Math.ceil(values.length / length) }, (_, part) => {
    const own = values.slice(part * length, (part + 1) * length);
    return { from: part * length, mean: own.reduce((sum, value) => sum + value, 0) / own.length, most: Math.max(...own) };
  });
}
