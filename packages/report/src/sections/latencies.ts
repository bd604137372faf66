import type { Page } from "../page.ts";
import { seconds } from "../quantity.ts";
import type { Report, Stats } from "../report.ts";
import { type Block, table } from "../table.ts";

/** TTFT, TPOT and E2E over requests; under load also how long they queued, and the gaps between tokens. */
export function latencyBlock({ ttftSeconds, tpotSeconds, e2eSeconds, queueSeconds, itlSeconds }: Report, { ink }: Page): Block {
  const title = [{ text: "Latency", ink: ink.strong }, ...["mean", "p50", "p90", "p99", "max"].map((text) => ({ text, ink: ink.faint }))];
  const rows = [row("TTFT", ttftSeconds), row("TPOT", tpotSeconds), row("E2E", e2eSeconds)];
  if (itlSeconds !== null) rows.splice(2, 0, row("ITL", itlSeconds));
  if (queueSeconds !== null) rows.splice(0, 0, row("queue", queueSeconds));
  return table([title, ...rows], [8, -10, -10, -10, -10, -10]);
}

function row(name: string, stats: Stats | null): string[] {
  const { mean, p50, p90, p99, max } = stats ?? { mean: null, p50: null, p90: null, p99: null, max: null };
  return [`  ${name}`, ...[mean, p50, p90, p99, max].map(seconds)];
}
