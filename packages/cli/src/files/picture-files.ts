import { MOST_RANKS, mapSvg, type Recording, type Report, rankGroups, timelineSvg, whereSvg } from "@tokenyard/report";
import type { Setup, SpanWindow } from "@tokenyard/simulator";
import type { PictureOrder } from "./picture-order.ts";
import { writeWhole } from "./whole-file.ts";
import { written } from "./written.ts";

/** Spans to keep of those that were `asked` for, and the option that they are for: a file takes all, a timeline those of the first rank of each stage. */
export function keptSpans(
  asked: SpanWindow | undefined,
  { spans, timeline = false }: { readonly spans?: string; readonly timeline?: boolean },
  setup: Setup,
): { readonly spans?: SpanWindow; readonly spansOption?: string } {
  if (asked === undefined) return {};
  if (spans !== undefined) return { spans: asked };
  const firsts = rankGroups(setup).map(({ firstRank }) => firstRank);
  const ranks = asked.ranks ?? (timeline ? firsts : firsts.slice(0, MOST_RANKS));
  return { spans: { ...asked, ranks }, spansOption: timeline ? "--timeline" : "--svg timeline" };
}

/** Writes the pictures of a run that are ordered; timelines of what was `asked` for. */
export function writeRunPictures(orders: readonly PictureOrder[], recording: Recording, asked: SpanWindow | undefined, setup: Setup): void {
  if (asked !== undefined) writeTimelines(orders, recording, asked, setup);
  for (const { kind, file } of orders) if (kind === "map") written(file, () => writeWhole(file, mapSvg(recording)));
}

/** Writes the timelines that are ordered, of what was `asked` for, up to the end of the run. */
function writeTimelines(orders: readonly PictureOrder[], recording: Recording, asked: SpanWindow, setup: Setup): void {
  const files = orders.filter(({ kind }) => kind === "timeline");
  if (files.length === 0 || recording.spans === undefined) return;
  const { spans, opKinds, horizonNs } = recording;
  const ranks =
    asked.ranks?.map((rank) => ({ rank, label: `rank ${rank}` })) ??
    rankGroups(setup).map(({ firstRank, label }) => ({ rank: firstRank, label }));
  const { fromNs } = asked;
  const svg = timelineSvg({ name: setup.scenario.name, spans, opKinds, ranks, fromNs, toNs: Math.min(asked.toNs, horizonNs) });
  for (const { file } of files) written(file, () => writeWhole(file, svg));
}

/** Writes the pictures of `report` that are ordered. */
export function writeReportPictures(orders: readonly PictureOrder[], report: Report): void {
  for (const { kind, file } of orders) if (kind === "where") written(file, () => writeWhole(file, whereSvg(report)));
}
