import { measured, REQUEST_STATES } from "@tokenyard/report";
import { useCallback, useMemo, useState } from "preact/hooks";
import { isDark } from "../../charts/colour-scheme.ts";
import { FindForm } from "../find-form.tsx";
import type { Moves } from "../keys.ts";
import { spanAt } from "../lane-index.ts";
import { LanesPicture } from "../lanes-picture.tsx";
import { Legend } from "../legend.tsx";
import { inksOf } from "../pictures.ts";
import type { TimelineParts } from "../ranks/rank-timeline.tsx";
import { TimeTools } from "../time-tools.tsx";
import { panned, zoomed } from "../viewport.ts";
import { acrossOf, besideOf, type Chosen } from "../walk.ts";
import { RequestTable } from "./request-table.tsx";
import { type RequestTracks, requestRows } from "./request-tracks.ts";

/** A row for each request, with its states over time. */
export function RequestTimeline({ timeline, stretch, setStretch, onMark, requests }: TimelineParts & { readonly requests: RequestTracks }) {
  const { toNs, marks } = timeline;
  const [chosen, setChosen] = useState<Chosen>();
  const [width, setWidth] = useState(0);
  const [isDense, setDense] = useState(false);
  const rows = useMemo(() => requestRows(requests), [requests]);
  const inks = useMemo(() => inksOf(REQUEST_STATES, isDark.value), [isDark.value]);
  const shown = useMemo(() => REQUEST_STATES.filter((_, state) => requests.kind.includes(state)), [requests]);
  const show = (next: Chosen | undefined) => {
    if (next === undefined) return;
    setChosen(next);
    const [startNs, endNs] = [requests.startNs[next.at]!, requests.endNs[next.at]!];
    const length = stretch.toNs - stretch.fromNs;
    if (startNs >= stretch.toNs || endNs <= stretch.fromNs)
      setStretch(panned({ fromNs: startNs - length / 3, toNs: startNs + (2 * length) / 3 }, 0, toNs));
  };
  const find = (text: string) => {
    const row = requests.numbers.indexOf(Number(text.replace(/^\s*request\s*/, "")));
    if (text.trim() !== "" && row >= 0 && rows[row]!.spans.length > 0) show({ row, at: rows[row]!.spans[0]! });
  };
  const moves: Moves = {
    pan: (share) => setStretch(panned(stretch, share, toNs)),
    zoom: (times, share = 0.5) => setStretch(zoomed(stretch, times, share, toNs)),
    all: () => setStretch({ fromNs: 0, toNs }),
    next: (by) => show(besideOf(rows, chosen, by)),
    lane: (by) => show(acrossOf(rows, requests, chosen, by, stretch.toNs - stretch.fromNs)),
    cause: () => {},
  };
  const nameOf = useCallback((row: number) => <span>request {rows[row]!.request}</span>, [rows]);
  return (
    <>
      <p class="faint">{rows.length.toLocaleString("en-US")} requests in the order in which they came.</p>
      <TimeTools {...{ moves, rows, inks, toNs, stretch, setStretch, width, marks, onMark }} bars={requests}>
        {rows.length > 32 && (
          <button type="button" aria-pressed={isDense} onClick={() => setDense(!isDense)}>
            All in one picture
          </button>
        )}
        <FindForm example="request 12" onFind={find} />
      </TimeTools>
      <LanesPicture
        {...{ rows, inks, stretch, marks, isDense, chosen, moves, nameOf }}
        group={1}
        bars={requests}
        label="timeline of requests: arrows pan, W and S zoom, up and down change the request, N and P its states, 0 shows all"
        onPoint={(row, ns, slackNs) => {
          const at = spanAt(rows[row]!, requests, ns, slackNs);
          if (at !== undefined) show({ row, at });
        }}
        onWidth={setWidth}
      />
      <Legend names={shown} />
      {chosen !== undefined && (
        <p class="span-card" role="status">
          {[
            `request ${rows[chosen.row]!.request}`,
            REQUEST_STATES[requests.kind[chosen.at]!],
            ...(requests.replica[chosen.at]! < 0 ? [] : [`replica ${requests.replica[chosen.at]}`]),
            `${seconds(requests.startNs[chosen.at]!)} to ${seconds(requests.endNs[chosen.at]!)}`,
            `lasts ${seconds(requests.endNs[chosen.at]! - requests.startNs[chosen.at]!)}`,
          ].join(" · ")}
        </p>
      )}
      <RequestTable requests={requests} rows={rows} stretch={stretch} />
    </>
  );
}

function seconds(ns: number): string {
  return measured(ns / 1e9, "s");
}
