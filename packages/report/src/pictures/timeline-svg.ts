import { LANES, type OpKind } from "../recording/recording.ts";
import type { Spans } from "../recording/span-columns.ts";
import { measured } from "../text/quantity.ts";
import { laneStrip, type StripPiece } from "./lane-strip.ts";
import { colourOf } from "./palette.ts";
import { label, svgText, units } from "./svg-picture.ts";
import { ticks } from "./ticks.ts";

export interface TimelinePicture {
  readonly name: string;
  readonly spans: Pick<Spans, "rank" | "kind" | "startNs" | "endNs" | "workNs">;
  readonly opKinds: readonly Pick<OpKind, "name" | "lane">[];
  /** Ranks with their words, such as `stage 3`. */
  readonly ranks: readonly { readonly rank: number; readonly label: string }[];
  readonly fromNs: number;
  readonly toNs: number;
  /** Without words, for a card: at most four ranks. */
  readonly isSmall?: boolean;
}

/** Most ranks in one picture. */
export const MOST_RANKS = 32;

interface Size {
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly lane: number;
  readonly gap: number;
  readonly ranks: number;
}

const LARGE: Size = { width: 960, left: 150, top: 64, right: 30, lane: 9, gap: 6, ranks: MOST_RANKS };
const SMALL: Size = { width: 320, left: 6, top: 6, right: 6, lane: 10, gap: 4, ranks: 4 };
const OPACITY = ["0.35", "0.45", "0.7", "1"];

/** SVG of the compute and network lanes of ranks over time. */
export function timelineSvg({ name, spans, opKinds, ranks, fromNs, toNs, isSmall = false }: TimelinePicture): string {
  const size = isSmall ? SMALL : LARGE;
  const shown = ranks.slice(0, size.ranks);
  const frame = { fromNs, toNs: Math.max(toNs, fromNs + 1), width: size.width - size.left - size.right };
  const places = placesByLane(spans, opKinds, shown);
  const pitch = 2 * size.lane + size.gap;
  const paths = new Map<string, string>(); // by kind and level
  const used = new Set<number>();
  for (const [row, at] of places.entries()) {
    const top = size.top + Math.floor(row / LANES.length) * pitch + (row % LANES.length) * size.lane;
    for (const piece of laneStrip(spans, at, frame)) {
      used.add(piece.kind);
      const key = `${piece.kind} ${piece.level}`;
      paths.set(key, `${paths.get(key) ?? ""}${rectangle(piece, size.left, top, size.lane)}`);
    }
  }
  const kinds = [...used].sort((a, b) => a - b);
  const bars = [...paths]
    .map(([key, path]) => [key.split(" ").map(Number) as [number, number], path] as const)
    .toSorted(([a], [b]) => a[0] - b[0] || a[1] - b[1])
    .map(([[kind, level], path]) => `<path fill="${colourOf(opKinds[kind]!.name)}" fill-opacity="${OPACITY[level]}" d="${path}"/>`);
  const bottom = size.top + shown.length * pitch;
  const title = `${name}: what the GPUs did${shown.length < ranks.length ? `, ${shown.length} of ${ranks.length} shown` : ""}`;
  const legend = isSmall
    ? []
    : legendOf(
        kinds.map((kind) => opKinds[kind]!.name),
        bottom + 22,
        [...paths.keys()].some((key) => key.endsWith(" 0")),
      );
  return svgText({
    width: size.width,
    height: bottom + (isSmall ? 2 : 20 + 20 * Math.ceil((kinds.length + 1) / PER_LINE)),
    title,
    words: wordsOf(spans, places, shown, frame),
    body: [
      ...(isSmall ? [] : [label(14, 24, title, "name"), ...timeAxis(frame, size, bottom)]),
      ...bars,
      ...(isSmall ? [] : shown.map((one, row) => label(size.left - 8, size.top + row * pitch + size.lane + 4, one.label, "end"))),
      ...legend,
    ],
  });
}

/** [shown ranks × lanes] places in the columns of spans. */
function placesByLane(
  { rank, kind }: TimelinePicture["spans"],
  opKinds: TimelinePicture["opKinds"],
  shown: TimelinePicture["ranks"],
): number[][] {
  const rows = new Map(shown.map((one, row) => [one.rank, row]));
  const lanes = opKinds.map(({ lane }) => LANES.indexOf(lane));
  const places: number[][] = Array.from({ length: shown.length * LANES.length }, () => []);
  for (let i = 0; i < rank.length; i++) {
    const row = rows.get(rank[i]!);
    if (row !== undefined) places[row * LANES.length + lanes[kind[i]!]!]!.push(i);
  }
  return places;
}

function rectangle({ x, width }: StripPiece, left: number, top: number, height: number): string {
  const wide = units(Math.max(width, 0.3));
  return `M${units(left + x)} ${top}h${wide}v${height}h-${wide}z`;
}

function timeAxis({ fromNs, toNs, width }: { fromNs: number; toNs: number; width: number }, { left, top }: Size, bottom: number): string[] {
  return ticks(fromNs, toNs, 6).flatMap((ns) => {
    const x = units(left + ((ns - fromNs) / (toNs - fromNs)) * width);
    return [
      `<line class="grid" x1="${x}" x2="${x}" y1="${top - 8}" y2="${bottom}"/>`,
      label(Number(x), top - 12, measured(ns / 1e9, "s"), "middle faint"),
    ];
  });
}

const PER_LINE = 7;

function legendOf(names: readonly string[], y: number, isWaiting: boolean): string[] {
  const place = (at: number) => [14 + (at % PER_LINE) * 130, y + 20 * Math.floor(at / PER_LINE)] as const;
  const [x, last] = place(names.length);
  return [
    ...names.flatMap((name, at) => {
      const [left, top] = place(at);
      return [`<rect x="${left}" y="${top - 9}" width="10" height="10" fill="${colourOf(name)}"/>`, label(left + 15, top, name)];
    }),
    ...(isWaiting ? [label(x, last, "pale: waiting", "faint")] : []),
  ];
}

/** How much of the time each rank computed and exchanged. */
function wordsOf(
  spans: TimelinePicture["spans"],
  places: readonly (readonly number[])[],
  shown: TimelinePicture["ranks"],
  { fromNs, toNs }: { fromNs: number; toNs: number },
): string {
  const shareOf = (at: readonly number[]) => {
    const busy = at.reduce((sum, i) => sum + Math.max(0, Math.min(spans.workNs[i]!, toNs) - Math.max(spans.startNs[i]!, fromNs)), 0);
    return `${Math.round((100 * busy) / (toNs - fromNs))} %`;
  };
  const rows = shown.map(
    (one, row) => `${one.label} computes ${shareOf(places[2 * row]!)} and exchanges ${shareOf(places[2 * row + 1]!)} of the time`,
  );
  return `From ${measured(fromNs / 1e9, "s")} to ${measured(toNs / 1e9, "s")}: ${rows.join("; ")}.`;
}
