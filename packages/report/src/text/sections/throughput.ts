import type { NumberForm } from "../numbers.ts";
import type { Page } from "../page.ts";
import { largeScale, prefixed, significant } from "../quantity.ts";
import { type Block, type Row, table } from "../table.ts";

/** Tokens per second, and per millisecond and GPU. */
export function throughputBlock(page: Page): Block {
  const { ink } = page;
  const title = [
    { text: "Throughput", ink: ink.strong },
    { text: "tokens/s", ink: ink.faint },
    { text: "tokens/ms/GPU", ink: ink.faint },
  ];
  const rows = [
    ...rowsOf("all", "throughput.tokensPerSecond", "throughput.tokensPerMsPerGpu", page),
    ...rowsOf("prefill", "throughput.prefillTokensPerSecond", "throughput.prefillTokensPerMsPerGpu", page),
    ...rowsOf("decode", "throughput.decodeTokensPerSecond", "throughput.decodeTokensPerMsPerGpu", page),
  ];
  return table([title, ...rows], [11, -11, -16]);
}

const LARGE: NumberForm = { text: (value, step) => prefixed(value, "", step), scale: largeScale };

function rowsOf(name: string, perSecond: string, perMsPerGpu: string, { numbers, ink }: Page): Row[] {
  const row = [`  ${name}`, numbers.text(perSecond, LARGE.text), numbers.text(perMsPerGpu, significant)];
  const spreads = [numbers.spread(perSecond, "tokens/s", LARGE), numbers.spread(perMsPerGpu, "tokens/ms")];
  return spreads.some((text) => text !== "") ? [row, ["", ...spreads.map((text) => ({ text, ink: ink.faint }))]] : [row];
}
