import { bytes, colourOf, percent } from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import { useRef } from "preact/hooks";
import { CopySvg } from "../charts/copy-svg.tsx";
import { isNarrow } from "../charts/narrow.ts";
import { axisOf } from "../charts/scale.ts";
import { Scrolls } from "../charts/scrolls.tsx";
import { shownSvg } from "../charts/shown-svg.ts";

const [HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [190, 70, 10, 28, 18];
/** Parts of the memory from the bottom up, with the colours of ops that they are about. */
const PARTS = [
  { key: "weights", name: "weights", colour: colourOf("experts") },
  { key: "workspace", name: "workspace", colour: colourOf("gate") },
  { key: "kvReserved", name: "KV cache", colour: colourOf("attention") },
] as const;
/** Rows of the table at most: the fullest ranks. */
const MOST_ROWS = 100;

export const reservedOf = ({ weights, workspace, kvReserved }: RanksMemory) => weights + workspace + kvReserved;

/** What each rank sets aside, by part, under its limit; the same as a table. */
export function MemoryByRank({ memories }: { readonly memories: readonly RanksMemory[] }) {
  const figure = useRef<HTMLElement>(null);
  const last = memories.at(-1);
  if (last === undefined) return null;
  const count = last.firstRank + last.ranks;
  const limit = Math.max(...memories.map((each) => each.limit));
  const shares = memories.map(reservedOf).sort((a, b) => a - b);
  const [least, most] = [shares[0]!, shares.at(-1)!];
  const said =
    least === most
      ? `${bytes(most)} on each, ${percent(most / limit)} of the limit`
      : `${bytes(least)} to ${bytes(most)}, at most ${percent(most / limit)} of the limit`;
  const width = isNarrow.value ? 420 : 700;
  const isShown = most > limit / 4; // else the limit would press the parts to a line
  const x = axisOf(0, count, [LEFT, width - RIGHT], width / 80);
  const pixels = (rank: number) => LEFT + (rank / count) * (width - LEFT - RIGHT);
  const y = axisOf(0, isShown ? Math.max(limit, most) : most, [HEIGHT - BOTTOM, TOP], 4);
  return (
    <figure class="chart by-rank" ref={figure}>
      <figcaption>
        Memory by rank <span class="faint">{said}</span>
        <span class="legend">
          {PARTS.map(({ key, name, colour }) => (
            <span key={key}>
              <i style={{ background: colour }} /> {name}
            </span>
          ))}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`memory that each of ${count} ranks sets aside: ${said}`}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y.at(tick)} y2={y.at(tick)} />
            <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
              {bytes(tick)}
            </text>
          </g>
        ))}
        {x.ticks
          .filter((tick) => Number.isInteger(tick) && tick < count)
          .map((tick) => (
            <text key={tick} x={pixels(tick + 0.5)} y={HEIGHT - 10} text-anchor="middle">
              {tick}
            </text>
          ))}
        {memories.map((each) => {
          let below = 0;
          return PARTS.map(({ key, colour }) => {
            const [from, to] = [y.at(below), y.at(below + each[key])];
            below += each[key];
            const [left, right] = [pixels(each.firstRank), pixels(each.firstRank + each.ranks)];
            return <rect key={`${each.firstRank} ${key}`} x={left} y={to} width={right - left} height={from - to} fill={colour} />;
          });
        })}
        {isShown && (
          <>
            <line class="bound" x1={LEFT} x2={width - RIGHT} y1={y.at(limit)} y2={y.at(limit)} />
            <text x={width - RIGHT - 4} y={y.at(limit) + 14} text-anchor="end">
              limit {bytes(limit)}
            </text>
          </>
        )}
      </svg>
      <CopySvg name="memory by rank" of={() => shownSvg(figure.current)} />
      <MemoryTable memories={memories} />
    </figure>
  );
}

function MemoryTable({ memories }: { readonly memories: readonly RanksMemory[] }) {
  const isCut = memories.length > MOST_ROWS;
  const rows = isCut ? memories.toSorted((a, b) => reservedOf(b) / b.limit - reservedOf(a) / a.limit).slice(0, MOST_ROWS) : memories;
  return (
    <details>
      <summary>Memory by rank as a table</summary>
      {isCut && (
        <p class="faint">
          The {MOST_ROWS} fullest of {memories.length} groups of ranks.
        </p>
      )}
      <Scrolls label="memory by rank">
        <table>
          <thead>
            <tr>
              <th scope="col">ranks</th>
              {PARTS.map(({ key, name }) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">reserved</th>
              <th scope="col">of the limit</th>
              <th scope="col">used at most</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.firstRank}>
                <th scope="row">{each.ranks === 1 ? each.firstRank : `${each.firstRank} to ${each.firstRank + each.ranks - 1}`}</th>
                {PARTS.map(({ key }) => (
                  <td key={key}>{bytes(each[key])}</td>
                ))}
                <td>{bytes(reservedOf(each))}</td>
                <td>{percent(reservedOf(each) / each.limit)}</td>
                <td>{bytes(each.used)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </details>
  );
}
