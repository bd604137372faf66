import { brief, measured, type Report } from "@tokenyard/report";
import type { TriedValue, Turn } from "@tokenyard/study";
import { useState } from "preact/hooks";
import { linePath } from "../charts/path.ts";
import { axisOf } from "../charts/scale.ts";
import { numberOf, type ShownNumber, shownNumbers } from "./shown-numbers.ts";

interface ValueChartProps {
  readonly path: string;
  readonly tried: readonly TriedValue[];
  readonly turns: readonly Turn[];
  /** Place of the slider. */
  readonly place: number;
  readonly baseline: Report | undefined;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [420, 210, 76, 16, 30, 16];

/** A bound is drawn up to this many times the largest value: a further one would flatten all values. */
const NEAR = 3;

/** Chart of one number of the report over the values of the key, with its bound, turning points, and values without a possible plan. The table has the same data. */
export function ValueChart({ path, tried, turns, place, baseline }: ValueChartProps) {
  const numbers = shownNumbers(tried);
  const [name, setName] = useState("");
  const decisive = baseline?.conclusion.target ?? "";
  const shown = numbers.find((each) => each.name === name) ?? numbers.find((each) => each.name === decisive) ?? numbers[0];
  if (shown === undefined) return null;
  return (
    <figure class="chart values">
      <figcaption>
        <label>
          number{" "}
          <select id="slider-number" value={shown.name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
            {numbers.map((each) => (
              <option key={each.name} value={each.name}>
                {each.words}
              </option>
            ))}
          </select>
        </label>{" "}
        <span class="faint">
          along {path}
          {shown.bound === undefined ? "" : `, target ${brief(measured(shown.bound, shown.unit))}`}
        </span>
      </figcaption>
      <Picture {...{ path, tried, place, baseline, shown }} turns={turns.filter(({ question }) => question === shown.name)} />
    </figure>
  );
}

function Picture({ path, tried, turns, place, baseline, shown }: ValueChartProps & { readonly shown: ShownNumber }) {
  const isNumber = tried.every(({ number }) => number !== null);
  const xOf = (at: number) => (isNumber ? tried[at]!.number! : at);
  const x = axisOf(xOf(0), xOf(tried.length - 1), [LEFT, WIDTH - RIGHT], 5);
  const found = tried.flatMap(({ row, label }, at) => {
    const value = row.status === "ok" ? numberOf(row.report, shown) : null;
    return value === null ? [] : [{ at, label, value }];
  });
  const most = Math.max(...found.map(({ value }) => value), 0);
  const isNear = shown.bound !== undefined && shown.bound <= NEAR * most;
  const top = isNear ? Math.max(most, shown.bound!) : most;
  const y = axisOf(0, top, [HEIGHT - BOTTOM, TOP], 4);
  const base = baseline === undefined ? null : numberOf(baseline, shown);
  const chosen = found.find(({ at }) => at === place);
  const [first, last] = [found[0], found.at(-1)];
  const text = (value: number) => brief(measured(value, shown.unit));
  const said =
    first === undefined
      ? "no value has it"
      : `${text(first.value)} at ${first.label} to ${text(last!.value)} at ${last!.label}, ${found.length} values`;
  const ends = [0, tried.length - 1].map((at) => ({ at, label: tried[at]!.label }));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${shown.words} along ${path}: ${said}`}>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y.at(tick)} y2={y.at(tick)} />
          <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
            {text(tick)}
          </text>
        </g>
      ))}
      {ends.map(({ at, label }) => (
        <text key={label} x={x.at(xOf(at))} y={HEIGHT - 10} text-anchor={at === 0 ? "start" : "end"}>
          {label}
        </text>
      ))}
      {turns.map(({ low, high }) => (
        <rect key={low} class="turn" x={x.at(low)} width={Math.max(3, x.at(high) - x.at(low))} y={TOP} height={HEIGHT - BOTTOM - TOP} />
      ))}
      {base !== null && base <= top && <line class="line baseline" x1={LEFT} x2={WIDTH - RIGHT} y1={y.at(base)} y2={y.at(base)} />}
      {isNumber && <path class="line" d={linePath(found.map(({ at, value }) => [x.at(xOf(at)), y.at(value)]))} />}
      {found.map(({ at, value }) => (
        <circle key={at} class={at === place ? "point chosen" : "point"} cx={x.at(xOf(at))} cy={y.at(value)} r={at === place ? 6 : 3} />
      ))}
      {tried.map(({ row, label }, at) =>
        row.status === "ok" ? null : (
          <text key={label} class="refused" x={x.at(xOf(at))} y={HEIGHT - BOTTOM - 2} text-anchor="middle">
            ✗
          </text>
        ),
      )}
      {shown.bound !== undefined && isNear && (
        <g>
          <line class="bound" x1={LEFT} x2={WIDTH - RIGHT} y1={y.at(shown.bound)} y2={y.at(shown.bound)} />
          <text x={WIDTH - RIGHT} y={y.at(shown.bound) - 4} text-anchor="end">
            target {text(shown.bound)}
          </text>
        </g>
      )}
      {chosen !== undefined && (
        <text x={Math.min(WIDTH - 90, x.at(xOf(place)) + 8)} y={Math.max(TOP + 8, y.at(chosen.value) - 8)} class="chosen">
          {text(chosen.value)}
        </text>
      )}
    </svg>
  );
}
