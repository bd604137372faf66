import { bytes } from "@tokenyard/report";
import { useEffect, useRef } from "preact/hooks";
import { isDark } from "../charts/colour-scheme.ts";
import { channelsOf } from "../charts/palette.ts";
import { Scrolls } from "../charts/scrolls.tsx";
import type { ClusterMap } from "./cluster-map.ts";

const MOST_PIXELS = 384;
const LISTED = 10;

/** Bytes of experts' tokens between each two nodes over the whole run, as a matrix from row to column; the largest also as a table. */
export function PairMatrix({ map }: { readonly map: ClusterMap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { nodeBytes, nodes } = map;
  useEffect(() => {
    if (nodeBytes !== undefined) drawMatrix(canvas.current!, nodeBytes, nodes);
  }, [map, isDark.value]);
  if (nodeBytes === undefined || nodes < 2) return null;
  const pairs = Array.from(nodeBytes, (value, at) => ({ from: Math.floor(at / nodes), to: at % nodes, value })).filter(
    ({ value }) => value > 0,
  );
  const largest = pairs.toSorted((a, b) => b.value - a.value || a.from - b.from || a.to - b.to).slice(0, LISTED);
  const total = pairs.reduce((sum, { value }) => sum + value, 0);
  const [first] = largest;
  if (first === undefined) return null;
  const said = `${bytes(total)} in all, most from node ${first.from} to node ${first.to}: ${bytes(first.value)}`;
  return (
    <section aria-labelledby="pairs-title">
      <h2 id="pairs-title">Tokens to experts between nodes, whole run</h2>
      <p>{said}. Rows send, columns receive.</p>
      <canvas ref={canvas} class="pairs" role="img" aria-label={`bytes between ${nodes} nodes: ${said}; the table has the largest pairs`} />
      <details>
        <summary>the {largest.length} largest pairs as a table</summary>
        <Scrolls label="largest pairs of nodes">
          <table>
            <thead>
              <tr>
                <th scope="col">from node</th>
                <th scope="col">to node</th>
                <th scope="col">bytes</th>
              </tr>
            </thead>
            <tbody>
              {largest.map(({ from, to, value }) => (
                <tr key={`${from} ${to}`}>
                  <td>{from}</td>
                  <td>{to}</td>
                  <td>{bytes(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      </details>
    </section>
  );
}

function drawMatrix(canvas: HTMLCanvasElement, values: Float64Array, nodes: number): void {
  const cell = Math.max(1, Math.floor(MOST_PIXELS / nodes));
  Object.assign(canvas, { width: cell * nodes, height: cell * nodes });
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const [low, high] = ["--raised", "--accent"].map((name) => channelsOf(style.getPropertyValue(name).trim()));
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  for (const [at, value] of values.entries()) {
    const share = value / most;
    context.fillStyle = `rgb(${low!.map((channel, each) => Math.round(channel + share * (high![each]! - channel))).join(" ")})`;
    context.fillRect((at % nodes) * cell, Math.floor(at / nodes) * cell, cell, cell);
  }
}
