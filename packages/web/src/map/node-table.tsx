import { Scrolls } from "../charts/scrolls.tsx";
import type { ClusterMap } from "./cluster-map.ts";
import { type Colouring, stateAt } from "./colouring.ts";

interface NodeTableProps {
  readonly map: ClusterMap;
  readonly colouring: Colouring;
  readonly instant: number;
  /** The interval in words. */
  readonly said: string;
}

/** The map as a table: each node with the least, mean and most of its GPUs, and those that a fault has struck or stopped. */
export function NodeTable({ map, colouring, instant, said }: NodeTableProps) {
  const nodes = new Map<number, number[]>();
  for (const [rank, node] of map.nodeOfRank.entries()) nodes.set(node, [...(nodes.get(node) ?? []), rank]);
  const all = [...map.nodeOfRank.keys()].map((rank) => colouring.value(rank, instant));
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return (
    <details class="node-table">
      <summary>
        {colouring.words} by node: {colouring.text(mean)} in the mean of all GPUs, {said}
      </summary>
      <Scrolls label={`${colouring.words} by node`}>
        <table id="map-table">
          <thead>
            <tr>
              {["node", "GPUs", "least", "mean", "most", "struck", "stopped"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...nodes].map(([node, ranks]) => {
              const values = ranks.map((rank) => colouring.value(rank, instant));
              const states = ranks.map((rank) => stateAt(map, rank, instant));
              const count = (state: string) => states.filter((each) => each === state).length || "";
              return (
                <tr key={node}>
                  <th scope="row">{node}</th>
                  <td>
                    {ranks[0]}–{ranks.at(-1)}
                  </td>
                  <td>{colouring.text(Math.min(...values))}</td>
                  <td>{colouring.text(values.reduce((sum, value) => sum + value, 0) / values.length)}</td>
                  <td>{colouring.text(Math.max(...values))}</td>
                  <td>{count("struck")}</td>
                  <td>{count("stopped")}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
    </details>
  );
}
