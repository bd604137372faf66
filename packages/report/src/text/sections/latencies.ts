import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { rounded } from "../precision.ts";
import { prefixed, seconds } from "../quantity.ts";
import { type Block, type Row, table } from "../table.ts";

const STATISTICS = ["mean", "p50", "p90", "p99", "max"];

/** TTFT, TPOT and E2E over requests; under load also how long they queued, and the gaps between tokens. */
export function latencyBlock({ queueSeconds, itlSeconds }: Report, page: Page): Block {
  const { ink } = page;
  const title = [{ text: "Latency", ink: ink.strong }, ...STATISTICS.map((text) => ({ text, ink: ink.faint }))];
  const rows = [
    ...(queueSeconds === null ? [] : rowsOf("queue", "queueSeconds", page)),
    ...rowsOf("TTFT", "ttftSeconds", page),
    ...rowsOf("TPOT", "tpotSeconds", page),
    ...(itlSeconds === null ? [] : rowsOf("ITL", "itlSeconds", page)),
    ...rowsOf("E2E", "e2eSeconds", page),
  ];
  return table([title, ...rows], [8, ...STATISTICS.map(() => -10)]);
}

/** Whose latencies these are, where requests that failed had tokens before. */
export function latencyNote({ requests: { finished, failed } }: Report, { ink, numbers }: Page): string[] {
  if (failed === undefined || failed === 0 || finished === 0) return [];
  const those = numbers.text("requests.finished", (value, step) => prefixed(rounded(value, step), ""));
  return [ink.faint(`  E2E covers the ${those} that finished; the other rows also those that failed later`)];
}

function rowsOf(name: string, stats: string, { numbers, ink }: Page): Row[] {
  const paths = STATISTICS.map((statistic) => `${stats}.${statistic}`);
  const spreads = paths.map((path) => numbers.spread(path, "s"));
  const row = [`  ${name}`, ...paths.map((path) => numbers.text(path, seconds))];
  return spreads.some((text) => text !== "") ? [row, ["", ...spreads.map((text) => ({ text, ink: ink.faint }))]] : [row];
}
