import { groupOf, measured } from "@tokenyard/report";
import { useEffect, useState } from "preact/hooks";
import { drawMap, drawTimeline } from "../app/drawn-runs.ts";
import type { Session } from "../app/session.ts";
import type { ClusterMap } from "./cluster-map.ts";
import { colouringsOf } from "./colouring.ts";
import { GpuCard } from "./gpu-card.tsx";
import { MapPicture } from "./map-picture.tsx";
import { NodeTable } from "./node-table.tsx";
import { PairMatrix } from "./pair-matrix.tsx";
import { PowerSection } from "./power-section.tsx";
import { RebalancedSection } from "./rebalanced-section.tsx";

/** Every GPU of the cluster, coloured by one of its numbers, at an instant that the reader moves. */
export function MapView({ session }: { readonly session: Session }) {
  const answered = session.answered.value!;
  const kept = session.map.value;
  useEffect(() => drawMap(session), [answered]);
  const map = kept?.of === answered.source ? kept.map : undefined;
  return (
    <>
      <h1>{answered.report.scenario.name}: the cluster over time</h1>
      {map === undefined ? (
        <p role="status">
          {session.running.value !== undefined ? (
            "The plan runs once more, sampled at up to 400 instants."
          ) : (
            <>
              The run for the map ended without one.{" "}
              <button type="button" onClick={() => drawMap(session)}>
                Run it again
              </button>
            </>
          )}
        </p>
      ) : map.endNs.length === 0 ? (
        <p>The run took no time.</p>
      ) : (
        <Scrubbed session={session} map={map} />
      )}
    </>
  );
}

function Scrubbed({ session, map }: { readonly session: Session; readonly map: ClusterMap }) {
  const last = map.endNs.length - 1;
  const [instant, setInstant] = useState(Math.floor(last / 2));
  const [rank, setRank] = useState(0);
  const colourings = colouringsOf(map);
  const [key, setKey] = useState(colourings[0]!.key);
  const colouring = colourings.find((each) => each.key === key) ?? colourings[0]!;
  const fromNs = instant === 0 ? 0 : map.endNs[instant - 1]!;
  const toNs = map.endNs[instant]!;
  const said = `${measured(fromNs / 1e9, "s")} to ${measured(toNs / 1e9, "s")}`;
  const openLanes = (of: number) => {
    const group = groupOf(map.groups, of);
    session.stretch.value = { fromNs: Math.max(0, fromNs - 2 * (toNs - fromNs)), toNs: toNs + 2 * (toNs - fromNs) };
    session.view.value = "timeline";
    drawTimeline(session, group === undefined ? [] : [group.firstRank]);
  };
  const faults = map.struck.filter((each) => each.fromNs < toNs && fromNs < each.toNs);
  return (
    <div class="map">
      <p class="slider">
        <label for="map-colour">coloured by</label>
        <select id="map-colour" value={colouring.key} onChange={({ currentTarget }) => setKey(currentTarget.value)}>
          {colourings.map((each) => (
            <option key={each.key} value={each.key}>
              {each.words}
            </option>
          ))}
        </select>
        <span class="faint">{colouring.means}</span>
      </p>
      <p class="slider">
        <label for="map-instant">interval</label>
        <input
          id="map-instant"
          type="range"
          min={0}
          max={last}
          value={instant}
          aria-valuetext={said}
          onInput={({ currentTarget }) => setInstant(Number(currentTarget.value))}
        />
        <output for="map-instant">{said}</output>
      </p>
      <p class="legend" aria-hidden="true">
        {colouring.text(0)} <span class="ramp" /> {colouring.text(colouring.most)}
        {map.struck.length > 0 && " · ✗ lost or slowed by a fault · ╱ stopped with its replica"}
      </p>
      {faults.length > 0 && (
        <p id="map-faults">
          In this interval:{" "}
          {faults
            .map(
              ({ words, ranks, fromNs: since, toNs: until }) =>
                `${words}, ${ranks.length === 1 ? `GPU ${ranks[0]}` : `${ranks.length} GPUs`}, from ${measured(since / 1e9, "s")} to ${measured(until / 1e9, "s")}`,
            )
            .join("; ")}
          .
        </p>
      )}
      <MapPicture map={map} colouring={colouring} instant={instant} rank={rank} setRank={setRank} onOpen={openLanes} />
      <GpuCard map={map} rank={rank} instant={instant} colourings={colourings} onOpen={() => openLanes(rank)} />
      <NodeTable map={map} colouring={colouring} instant={instant} said={said} />
      <PowerSection map={map} report={session.answered.value!.report} />
      <RebalancedSection layers={map.rebalanced} />
      <PairMatrix map={map} />
    </div>
  );
}
