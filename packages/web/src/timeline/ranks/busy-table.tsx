import { measured, percent } from "@tokenyard/report";
import { useState } from "preact/hooks";
import { Scrolls } from "../../charts/scrolls.tsx";
import type { Timeline } from "../../worker/messages.ts";
import { firstAfter, type LaneRow } from "../lane-index.ts";
import type { Stretch } from "../raster.ts";

interface BusyTableProps {
  readonly timeline: Timeline;
  readonly rows: readonly LaneRow[];
  readonly stretch: Stretch;
}

interface Busy {
  readonly rank: number;
  readonly lane: number;
  readonly workNs: number;
  readonly waitNs: number;
  /** The span with the longest wait; undefined where none waits. */
  readonly longest: number | undefined;
}

/** The picture as a table: how busy each lane is in the stretch that is shown, and its longest wait. */
export function BusyTable({ timeline, rows, stretch }: BusyTableProps) {
  const [isOpen, setOpen] = useState(false);
  const ns = stretch.toNs - stretch.fromNs;
  const { spans, ops } = timeline;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The same as a table</summary>
      <Scrolls label="table of lanes">
        <table>
          <thead>
            <tr>
              <th scope="col">rank</th>
              <th scope="col">lane</th>
              <th scope="col">works</th>
              <th scope="col">waits</th>
              <th scope="col">longest wait</th>
            </tr>
          </thead>
          <tbody>
            {(isOpen ? rows : []).map((row) => {
              const { rank, lane, workNs, waitNs, longest } = busyOf(row, spans, stretch);
              return (
                <tr key={`${rank}.${lane}`}>
                  <td>{rank}</td>
                  <td>{lane === 0 ? "compute" : "network"}</td>
                  <td>{percent(workNs / ns)}</td>
                  <td>{percent(waitNs / ns)}</td>
                  <td>
                    {longest === undefined
                      ? "none"
                      : `${measured((spans.endNs[longest]! - spans.workNs[longest]!) / 1e9, "s")} in ${ops[spans.kind[longest]!]} for rank ${spans.cause[longest]}`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
    </details>
  );
}

/** What a lane does within a stretch. */
export function busyOf(row: LaneRow, { startNs, endNs, workNs }: Timeline["spans"], { fromNs, toNs }: Stretch): Busy {
  const within = (start: number, end: number) => Math.max(0, Math.min(end, toNs) - Math.max(start, fromNs));
  let [works, waits] = [0, 0];
  let longest: number | undefined;
  for (let i = firstAfter(row, fromNs); i < row.spans.length; i++) {
    const at = row.spans[i]!;
    if (startNs[at]! >= toNs) break;
    works += within(startNs[at]!, workNs[at]!);
    waits += within(workNs[at]!, endNs[at]!);
    const wait = endNs[at]! - workNs[at]!;
    if (wait > 0 && (longest === undefined || wait > endNs[longest]! - workNs[longest]!)) longest = at;
  }
  return { rank: row.rank, lane: row.lane, workNs: works, waitNs: waits, longest };
}
