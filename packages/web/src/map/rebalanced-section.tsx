import { type RebalancedLayers, significant } from "@tokenyard/report";
import { useRef } from "preact/hooks";
import { CopySvg } from "../charts/copy-svg.tsx";
import { isNarrow } from "../charts/narrow.ts";
import { axisOf } from "../charts/scale.ts";
import { Scrolls } from "../charts/scrolls.tsx";
import { shownSvg } from "../charts/shown-svg.ts";

const HEIGHT = 220;
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 16, 12, 42];

/** How even the ranks of experts were in each layer before its experts moved, and at the end. */
export function RebalancedSection({ layers: all }: { readonly layers: readonly RebalancedLayers[] }) {
  const seen = all.filter(({ layers }) => layers.length > 0);
  if (seen.length === 0) return null;
  return (
    <section aria-labelledby="rebalanced-title">
      <h2 id="rebalanced-title">Experts' ranks before and after moves</h2>
      {seen.map((each, pool) => (
        <Rebalanced key={pool} {...each} />
      ))}
    </section>
  );
}

function Rebalanced({ layers, first, last, lastUnmoved }: RebalancedLayers) {
  const figure = useRef<HTMLElement>(null);
  const mean = (column: Float64Array) => column.reduce((sum, each) => sum + each, 0) / column.length;
  const text = (value: number) => `${significant(value)}×`;
  const said = `the fullest rank had ${text(mean(first))} the mean in the first window, ${text(mean(last))} in the last; unmoved it would have had ${text(mean(lastUnmoved))}`;
  const width = isNarrow.value ? 360 : 640;
  const x = axisOf(layers[0]!, Math.max(layers[0]! + 1, layers.at(-1)!), [LEFT, width - RIGHT]);
  const most = [last, lastUnmoved].flatMap((column) => [...column]).reduce((high, each) => Math.max(high, each), 1);
  const y = axisOf(0, most, [HEIGHT - BOTTOM, TOP], 3);
  return (
    <figure class="chart" ref={figure}>
      <figcaption>
        fullest rank over the mean in the last window, by layer <span class="faint">{said}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`fullest rank over the mean by layer: ${said}`}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y.at(tick)} y2={y.at(tick)} />
            <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
              {tick}×
            </text>
          </g>
        ))}
        {x.ticks
          .filter((tick) => Number.isInteger(tick))
          .map((tick) => (
            <text key={tick} x={x.at(tick)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">
              {tick}
            </text>
          ))}
        <text x={width - RIGHT} y={HEIGHT - 6} text-anchor="end">
          layer: ○ unmoved, ● moved
        </text>
        {Array.from(layers, (layer, at) => (
          <g key={layer}>
            <line class="line" x1={x.at(layer)} x2={x.at(layer)} y1={y.at(lastUnmoved[at]!)} y2={y.at(last[at]!)} />
            <circle class="line" cx={x.at(layer)} cy={y.at(lastUnmoved[at]!)} r={4} />
            <circle class="line dot" cx={x.at(layer)} cy={y.at(last[at]!)} r={4} />
          </g>
        ))}
      </svg>
      <CopySvg name="ranks before and after moves" of={() => shownSvg(figure.current)} />
      <details>
        <summary>all layers as a table</summary>
        <Scrolls label="fullest rank over the mean by layer">
          <table>
            <thead>
              <tr>
                {["layer", "first window", "last window", "last, unmoved"].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from(layers, (layer, at) => (
                <tr key={layer}>
                  <th scope="row">{layer}</th>
                  <td>{text(first[at]!)}</td>
                  <td>{text(last[at]!)}</td>
                  <td>{text(lastUnmoved[at]!)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      </details>
    </figure>
  );
}
