import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { brief, prefixed, seconds } from "../quantity.ts";
import { type Block, type Row, table } from "../table.ts";

const COLUMN = 10;
export const STATISTICS = ["mean", "p50", "p90", "p99", "max"];

/** Whether latencies are those of the requests of all seeds pooled: of several, and not of a static batch. Source: docs/statistics.md. */
export function arePooled({ seeds, queueSeconds }: Pick<Report, "seeds" | "queueSeconds">): boolean {
  return seeds !== undefined && seeds.count > 1 && queueSeconds !== null;
}

/** Headings of `STATISTICS`. Beside pooled percentiles, `max` is the mean over seeds of the longest of a run, and may lie below p99. */
export function statisticHeadings(report: Pick<Report, "seeds" | "queueSeconds">): string[] {
  return STATISTICS.map((statistic) => (statistic === "max" && arePooled(report) ? "max a run" : statistic));
}

/** TTFT, TPOT and E2E over requests; under load also how long they queued, and the gaps between tokens. */
export function latencyBlock(report: Report, page: Page): Block {
  const { queueSeconds, itlSeconds, requests } = report;
  const { ink } = page;
  const title = [{ text: "Latency", ink: ink.strong }, ...statisticHeadings(report).map((text) => ({ text, ink: ink.faint }))];
  const isSteady = requests.decoding !== undefined; // in a steady decode no request arrives, and none has a first token
  const rows = [
    ...(queueSeconds === null ? [] : rowsOf("queue", "queueSeconds", page)),
    ...(isSteady ? [] : rowsOf("TTFT", "ttftSeconds", page)),
    ...rowsOf("TPOT", "tpotSeconds", page),
    ...(itlSeconds === null ? [] : rowsOf("ITL", "itlSeconds", page)),
    ...(isSteady ? [] : rowsOf("E2E", "e2eSeconds", page)),
  ];
  const widths = STATISTICS.map((_, at) => Math.max(COLUMN, ...rows.map((row) => textOf(row[at + 1]).length + 1)));
  return table([title, ...rows], [8, ...widths.map((width) => -width)]);
}

/** Note on `never`, if requests are never answered. */
export function latencyNote({ ttftSeconds }: Report, { ink, numbers, width }: Page): string[] {
  if (ttftSeconds?.unanswered === undefined) return [];
  const those = numbers.text("ttftSeconds.unanswered", (value, step) => brief(prefixed(rounded(value, step), "")));
  const parts = [`over all requests, ${those} of them never answered: later than any bound`, "where the time went is of the others"];
  return phrases(parts, "  ", width).map(ink.faint);
}

function rowsOf(name: string, stats: string, { numbers, ink }: Page): Row[] {
  const paths = STATISTICS.map((statistic) => `${stats}.${statistic}`);
  const spreads = paths.map((path) => numbers.spread(path, "s"));
  const row = [`  ${name}`, ...paths.map((path) => numbers.text(path, seconds))];
  return spreads.some((text) => text !== "") ? [row, ["", ...spreads.map((text) => ({ text, ink: ink.faint }))]] : [row];
}

function textOf(cell: Row[number] | undefined): string {
  return typeof cell === "string" ? cell : (cell?.text ?? "");
}
