import { deflateRawSync } from "node:zlib";
import {
  htmlText,
  type KeptTimeline,
  packedTimeline,
  plainHtml,
  type Recording,
  type Report,
  type Roofline,
  rankGroups,
  reportWords,
  rooflineOf,
  titleOf,
} from "@tokenyard/report";
import type { RanksMemory, Setup, SpanWindow } from "@tokenyard/simulator";
import { stringify } from "yaml";
import { pageTemplate } from "./page-template.ts";

/**
 * A report as one HTML file without network access: its conclusion, numbers and text are readable without scripts, and its script, whose
 * hash the page's policy names, draws the pictures. Distributions of latencies are part of a report of one seed only, as is a timeline.
 */
export function reportPage(
  { distributions, ...report }: Report,
  command: string,
  { timeline, memories, roofline }: OfOneSeed = {},
): string {
  const { assumed } = reportWords(report);
  const kept = {
    report,
    words: { assumed },
    latencies: distributions?.latencies ?? {},
    ...(memories === undefined ? {} : { memories }),
    ...(roofline === undefined ? {} : { roofline }),
    command,
    scenario: stringify(report.scenario.resolved),
    ...(timeline === undefined ? {} : { timeline }),
  };
  const json = JSON.stringify(kept).replaceAll("<", "\\u003c"); // nothing in it ends the script
  return pageTemplate(timeline === undefined ? "report.html" : "report-timeline.html")
    .replace("TITLE", () => htmlText(titleOf(report)))
    .replace("PLAIN", () => plainHtml(report))
    .replace('"REPORT"', () => json);
}

/** Parts of a page that several seeds do not have. */
export interface OfOneSeed {
  readonly timeline?: PageTimeline | undefined;
  readonly memories?: readonly RanksMemory[] | undefined;
  readonly roofline?: Roofline | undefined;
}

/** A timeline on a page: its columns are deflated, in the letters of base64url. */
export interface PageTimeline extends KeptTimeline {
  readonly letters: string;
}

/** What a page draws of a run; its timeline if `window` is given. */
export function drawnOf(recording: Recording, window: SpanWindow | undefined, setup: Setup): OfOneSeed {
  return { timeline: window && pageTimeline(recording, window, setup), roofline: rooflineOf(recording) };
}

/** The timeline of the ranks that were asked for, else of the first of each stage; `recording` has their spans. */
function pageTimeline(recording: Recording, { fromNs, toNs, ranks }: SpanWindow, setup: Setup): PageTimeline {
  const groups = rankGroups(setup);
  const shown = ranks ?? groups.map(({ firstRank }) => firstRank);
  const { kept, bytes } = packedTimeline(recording, { groups, ranks: shown, fromNs, toNs });
  return { ...kept, letters: deflateRawSync(bytes).toString("base64url") };
}

/** The words of a command line, quoted where a shell needs it, after the name of the program. */
export function commandText(words: readonly string[], program = "tokenyard"): string {
  const quoted = words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  return [program, ...quoted].join(" ");
}
