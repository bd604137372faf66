import { groupOf } from "@tokenyard/report";
import type { ClusterMap } from "./cluster-map.ts";
import { type Colouring, stateAt } from "./colouring.ts";

interface GpuCardProps {
  readonly map: ClusterMap;
  readonly rank: number;
  readonly instant: number;
  readonly colourings: readonly Colouring[];
  readonly onOpen: () => void;
}

/** Numbers of one GPU at an instant. */
export function GpuCard({ map, rank, instant, colourings, onOpen }: GpuCardProps) {
  const state = stateAt(map, rank, instant);
  const words = { struck: "struck by a fault", stopped: "stopped with its replica", running: "" }[state];
  return (
    <p class="gpu-card">
      <strong>
        GPU {rank}, node {map.nodeOfRank[rank]}, {groupOf(map.groups, rank)?.label}
      </strong>
      {words !== "" && <span class="bad"> {words}</span>}:{" "}
      {colourings.map(({ words: name, text, value }) => `${name} ${text(value(rank, instant))}`).join(", ")}.{" "}
      <button type="button" onClick={onOpen}>
        Open its lanes
      </button>
    </p>
  );
}
