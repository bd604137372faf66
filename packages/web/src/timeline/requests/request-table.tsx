import { measured, REQUEST_STATES } from "@tokenyard/report";
import { useState } from "preact/hooks";
import { Scrolls } from "../../charts/scrolls.tsx";
import { firstAfter, type Row } from "../lane-index.ts";
import type { Stretch } from "../raster.ts";
import type { RequestTracks } from "./request-tracks.ts";

interface RequestTableProps {
  readonly requests: RequestTracks;
  readonly rows: readonly (Row & { readonly request: number })[];
  readonly stretch: Stretch;
}

const MOST = 100;

/** The picture as a table: how long requests that are in it were at what. */
export function RequestTable({ requests, rows, stretch }: RequestTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The same as a table</summary>
      {isOpen && (
        <Scrolls label="table of requests">
          <table>
            <thead>
              <tr>
                {["request", ...REQUEST_STATES].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows
                .filter((row) => isWithin(row, requests, stretch))
                .slice(0, MOST)
                .map((row) => (
                  <tr key={row.request}>
                    <td>{row.request}</td>
                    {statesNs(row, requests).map((ns, state) => (
                      <td key={REQUEST_STATES[state]}>{ns === 0 ? "" : measured(ns / 1e9, "s")}</td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
          <p class="faint">requests of the time that is shown, at most {MOST} of them, over their whole life</p>
        </Scrolls>
      )}
    </details>
  );
}

function isWithin(row: Row, { startNs }: RequestTracks, { fromNs, toNs }: Stretch): boolean {
  const first = firstAfter(row, fromNs);
  return first < row.spans.length && startNs[row.spans[first]!]! < toNs;
}

/** [states] how long a request was in each. */
export function statesNs({ spans }: Row, { kind, startNs, endNs }: RequestTracks): number[] {
  const sums = REQUEST_STATES.map(() => 0);
  for (const at of spans) sums[kind[at]!] = sums[kind[at]!]! + endNs[at]! - startNs[at]!;
  return sums;
}
