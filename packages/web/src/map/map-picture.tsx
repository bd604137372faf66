import { type Places, placesOf, rankAt } from "@tokenyard/report";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { isDark } from "../charts/colour-scheme.ts";
import { channelsOf } from "../charts/palette.ts";
import type { ClusterMap } from "./cluster-map.ts";
import { type Colouring, stateAt } from "./colouring.ts";

interface MapPictureProps {
  readonly map: ClusterMap;
  readonly colouring: Colouring;
  readonly instant: number;
  /** The chosen GPU. */
  readonly rank: number;
  readonly setRank: (rank: number) => void;
  readonly onOpen: (rank: number) => void;
}

const SHADES = 64;

/** The GPUs of all nodes as squares, the darker the more; arrows move to another one, Enter opens its lanes. */
export function MapPicture({ map, colouring, instant, rank, setRank, onOpen }: MapPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = canvas.current!.parentElement!;
    const fit = () => setWidth(Math.floor(box.clientWidth));
    const observer = new ResizeObserver(fit);
    observer.observe(box);
    fit();
    return () => observer.disconnect();
  }, []);
  const places = useMemo(() => placesOf(map.nodeOfRank, Math.max(200, width)), [map, width]);
  useEffect(() => draw(canvas.current!, places, { map, colouring, instant, rank }), [places, map, colouring, instant, rank, isDark.value]);
  const move = (by: number) => setRank(Math.max(0, Math.min(map.nodeOfRank.length - 1, rank + by)));
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perNode(map), ArrowUp: -perNode(map) };
    if (event.key === "Enter") onOpen(rank);
    else if (steps[event.key] === undefined) return;
    else move(steps[event.key]!);
    event.preventDefault();
  };
  const clicked = (event: MouseEvent) => rankAt(places, event.offsetX, event.offsetY);
  return (
    <div
      class="map-place"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is an application, which takes keys
      tabIndex={0}
      role="application"
      aria-label={`map of ${map.nodeOfRank.length} GPUs in ${places.nodes.length} nodes, coloured by ${colouring.words}: arrows choose a GPU, up and down another node, Enter opens its lanes; the table has the same by node`}
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        class="map-picture"
        onMouseMove={(event) => setRank(clicked(event) ?? rank)}
        onClick={(event) => {
          const found = clicked(event);
          if (found !== undefined) onOpen(found);
        }}
      />
    </div>
  );
}

function perNode({ nodeOfRank }: ClusterMap): number {
  const next = nodeOfRank.findIndex((node) => node !== nodeOfRank[0]);
  return next < 0 ? nodeOfRank.length : next;
}

type Drawn = Pick<MapPictureProps, "map" | "colouring" | "instant" | "rank">;

function draw(canvas: HTMLCanvasElement, places: Places, { map, colouring, instant, rank: chosen }: Drawn): void {
  const scale = Math.min(2, globalThis.devicePixelRatio || 1);
  const [width, height] = [places.width * scale, places.height * scale];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${places.width}px`, height: `${places.height}px` });
  }
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const [ground, ink] = [style.getPropertyValue("--raised").trim(), style.getPropertyValue("--ink").trim()];
  const shades = rampOf(ground, style.getPropertyValue("--accent").trim());
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, places.width, places.height);
  context.fillStyle = style.getPropertyValue("--faint").trim();
  context.font = "11px system-ui, sans-serif";
  for (const { node, x, y, width: wide } of places.nodes) if (wide >= 24) context.fillText(String(node), x + 4, y + 11);
  const { cell } = places;
  for (let rank = 0; rank < places.x.length; rank++) {
    const share = Math.max(0, Math.min(1, colouring.value(rank, instant) / colouring.most));
    const [x, y] = [places.x[rank]!, places.y[rank]!];
    const state = stateAt(map, rank, instant);
    context.fillStyle = state === "running" ? shades[Math.round(share * (SHADES - 1))]! : ground;
    context.fillRect(x, y, cell, cell);
    if (state === "running") continue;
    context.strokeStyle = state === "struck" ? style.getPropertyValue("--bad").trim() : ink;
    context.beginPath();
    context.moveTo(x, y + cell);
    context.lineTo(x + cell, y);
    if (state === "struck") {
      context.moveTo(x, y);
      context.lineTo(x + cell, y + cell);
    }
    context.lineWidth = state === "struck" ? 2 : 1;
    context.stroke();
  }
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.strokeRect(places.x[chosen]! - 1, places.y[chosen]! - 1, cell + 2, cell + 2);
}

/** Colours from `low` to `high`, which are `#rrggbb`. */
function rampOf(low: string, high: string): string[] {
  const [from, to] = [channelsOf(low), channelsOf(high)];
  return Array.from({ length: SHADES }, (_, at) => {
    const share = at / (SHADES - 1);
    return `rgb(${from.map((channel, each) => Math.round(channel + share * (to[each]! - channel))).join(" ")})`;
  });
}
