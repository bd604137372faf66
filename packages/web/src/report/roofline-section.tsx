import { brief, colourOf, measured, percent, prefixed, type Roofline, type RooflineRow, significant } from "@tokenyard/report";
import { useRef } from "preact/hooks";
import { CopySvg } from "../charts/copy-svg.tsx";
import { isNarrow } from "../charts/narrow.ts";
import { axisOf } from "../charts/scale.ts";
import { Scrolls } from "../charts/scrolls.tsx";
import { shownSvg } from "../charts/shown-svg.ts";

const HEIGHT = 300;
const [LEFT, RIGHT, TOP, BOTTOM] = [96, 28, 14, 44];

/** Kernels by kind of op under the peaks of the GPU, as a picture and as a table. */
export function RooflineSection({ roofline }: { readonly roofline: Roofline }) {
  const { rows, peakFlopsPerSecond, peakMemoryBytesPerSecond } = roofline;
  const longest = rows.reduce((most, row) => (row.seconds > most.seconds ? row : most));
  const all = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const said = `${nameOf(longest)} took ${percent(longest.seconds / all)} of the time of kernels, at ${boundText(longest)}`;
  const figure = useRef<HTMLElement>(null);
  return (
    <section aria-labelledby="roofline">
      <h2 id="roofline">Kernels under the roofline</h2>
      <figure class="chart roofline" ref={figure}>
        <figcaption>
          FLOPS of one GPU by FLOPs for each byte <span class="faint">{said}</span>
        </figcaption>
        <RooflinePicture {...roofline} said={said} />
        <Scrolls label="table of kernels by kind of op">
          <table>
            <thead>
              <tr>
                {["kernels", "time of all GPUs", "FLOPs", "bytes", "FLOPs a byte", "FLOPS of a GPU", "reached"].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={nameOf(row)}>
                  <th scope="row">
                    <span class="swatch" style={{ background: colourOf(row.kind) }} aria-hidden="true" />
                    {at + 1} {nameOf(row)}
                  </th>
                  <td>{measured(row.seconds, "s")}</td>
                  <td>{prefixed(row.flops, "FLOP")}</td>
                  <td>{measured(row.memoryBytes, "B")}</td>
                  <td>{row.intensity === null ? "" : significant(row.intensity)}</td>
                  <td>{prefixed(row.flopsPerSecond, "FLOPS")}</td>
                  <td>{boundText(row)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
        <CopySvg name="roofline" of={() => shownSvg(figure.current)} />
      </figure>
      <p class="faint">
        Peaks of one GPU: {brief(prefixed(peakFlopsPerSecond, "FLOPS"))} in the fastest format that the model multiplies in,{" "}
        {brief(prefixed(peakMemoryBytesPerSecond, "B/s"))}. What all GPUs did over the whole run, launches included.
      </p>
    </section>
  );
}

function nameOf({ kind, phase }: RooflineRow): string {
  return `${kind} in ${phase}`;
}

function boundText({ bound, share }: RooflineRow): string {
  return `${percent(share)} of the ${bound === "compute" ? "peak FLOPS" : "peak bandwidth"}`;
}

function RooflinePicture({
  rows,
  peakFlopsPerSecond: most,
  peakMemoryBytesPerSecond: bandwidth,
  said,
}: Roofline & { readonly said: string }) {
  const dots = rows.flatMap((row, at) => (row.flops > 0 && row.intensity !== null ? [{ ...row, intensity: row.intensity, at }] : []));
  const width = isNarrow.value ? 360 : 640;
  const ridge = most / bandwidth;
  const [low, high] = decades([ridge / 10, ridge * 10, ...dots.map(({ intensity }) => intensity)]);
  const [least, top] = decades([most / 100, most, ...dots.map(({ flopsPerSecond }) => flopsPerSecond)]);
  const x = axisOf(low, high, [LEFT, width - RIGHT]);
  const y = axisOf(least, top, [HEIGHT - BOTTOM, TOP]);
  const roof = [
    [Math.max(low, least / bandwidth), Math.max(least, low * bandwidth)],
    [ridge, most],
    [high, most],
  ] as const;
  const places = placed(dots.map(({ intensity, flopsPerSecond }) => [x.at(intensity), y.at(flopsPerSecond)] as const));
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`roofline: ${said}; the table has all kinds of ops`}>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y.at(tick)} y2={y.at(tick)} />
          <text x={LEFT - 6} y={y.at(tick) + 4} text-anchor="end">
            {brief(prefixed(tick, "FLOPS"))}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <text key={tick} x={x.at(tick)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">
          {significant(tick)}
        </text>
      ))}
      <text x={width - RIGHT} y={HEIGHT - 8} text-anchor="end">
        FLOPs for each byte
      </text>
      <polyline class="line" points={roof.map(([a, b]) => `${x.at(a)},${y.at(b)}`).join(" ")} />
      {dots.map(({ kind, at, intensity, flopsPerSecond }, i) => (
        <g key={at}>
          <circle cx={x.at(intensity)} cy={y.at(flopsPerSecond)} r={5} style={{ fill: colourOf(kind) }} />
          <text x={places[i]![0]} y={places[i]![1]}>
            {at + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Powers of ten around `values`, at least two apart. */
function decades(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return [10 ** low, 10 ** Math.max(high, low + 2)];
}

/** Places of the numbers beside their dots, each where no other is. */
function placed(dots: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const taken: (readonly [number, number])[] = [];
  for (const [x, y] of dots) {
    const tries = [0, -14, 14, -28, 28].flatMap((down) => [[x + 8, y + 4 + down] as const, [x - 22, y + 4 + down] as const]);
    taken.push(tries.find(([a, b]) => taken.every(([c, d]) => Math.abs(a - c) > 18 || Math.abs(b - d) > 12)) ?? tries[0]!);
  }
  return taken;
}
