import { brief, measured, percent } from "@tokenyard/report";
import { useRef } from "preact/hooks";
import { numberText } from "../study/value.ts";
import { type CdfPoint, quantileOf, thinned } from "./cdf.ts";
import { CopySvg } from "./copy-svg.tsx";
import { stepPath } from "./path.ts";
import { axisOf } from "./scale.ts";
import { shownSvg } from "./shown-svg.ts";

interface CdfChartProps {
  readonly name: string;
  readonly points: readonly CdfPoint[];
  readonly baseline?: readonly CdfPoint[] | undefined;
  /** Bounds that a target sets, in seconds. */
  readonly bounds: readonly { readonly name: string; readonly seconds: number }[];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [420, 200, 48, 30, 14, 28];
const SHARES = [0.5, 0.9, 0.95, 0.99, 1];
const MOST_POINTS = 400;

/** How many of the requests have at most which latency, with the bounds of targets; its quantiles are beside it as a table. */
export function CdfChart({ name, points, baseline, bounds }: CdfChartProps) {
  const figure = useRef<HTMLElement>(null);
  const values = [...points, ...(baseline ?? [])].map(([value]) => value).concat(bounds.map(({ seconds }) => seconds));
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const x = axisOf(low, high, [LEFT, WIDTH - RIGHT], 4);
  const y = axisOf(0, 1, [HEIGHT - BOTTOM, TOP], 4);
  const path = (all: readonly CdfPoint[]) => stepPath(all.map(([value, share]) => [x.at(value), y.at(share)]));
  const half = quantileOf(points, 0.5);
  const most = quantileOf(points, 0.99);
  const said =
    half === undefined
      ? "fewer than half of the requests are ever answered"
      : `half of the requests within ${measured(half, "s")}${most === undefined ? "" : `, 99 % within ${measured(most, "s")}`}`;
  return (
    <figure class="chart" ref={figure}>
      <figcaption>
        {name} <span class="faint">{said}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${name}: ${said}`}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y.at(tick)} y2={y.at(tick)} />
            <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
              {Math.round(tick * 100)} %
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <text key={tick} x={x.at(tick)} y={HEIGHT - 10} text-anchor="middle">
            {numberText(tick, "s")}
          </text>
        ))}
        {baseline && <path class="line baseline" d={path(thinned(baseline, MOST_POINTS))} />}
        <path class="line" d={path([[points[0]![0], 0], ...thinned(points, MOST_POINTS)])} />
        {bounds.map((bound) => (
          <g key={bound.name}>
            <line class="bound" x1={x.at(bound.seconds)} x2={x.at(bound.seconds)} y1={TOP} y2={HEIGHT - BOTTOM} />
            <text x={x.at(bound.seconds) - 4} y={TOP + 10} text-anchor="end">
              {bound.name} ≤ {brief(measured(bound.seconds, "s"))}
            </text>
          </g>
        ))}
      </svg>
      <CopySvg name={name} of={() => shownSvg(figure.current)} />
      <details>
        <summary>{name} as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">share</th>
              <th scope="col">at most</th>
              {baseline && <th scope="col">baseline</th>}
            </tr>
          </thead>
          <tbody>
            {SHARES.map((share) => (
              <tr key={share}>
                <th scope="row">{percent(share)}</th>
                <td>{quantileText(points, share)}</td>
                {baseline && <td>{quantileText(baseline, share)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function quantileText(points: readonly CdfPoint[], share: number): string {
  const value = quantileOf(points, share);
  return value === undefined ? "never" : measured(value, "s");
}
