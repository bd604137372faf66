import type { Page } from "../page.ts";
import { prefixed, significant } from "../quantity.ts";
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

function rowsOf(name: string, perSecond: string, perMsPerGpu: string, { numbers, ink }: Page): Row[] {
  const large = (value: number, step: number) => prefixed(value, "", step);
  const row = [`  ${name}`, numbers.text(perSecond, large), numbers.text(perMsPerGpu, significant)];
  const spreads = [numbers.spread(perSecond, "tokens/s"), numbers.spread(perMsPerGpu, "tokens/ms")];
  return spreads.some((text) => text !== "") ? [row, ["", ...spreads.map((text) => ({ text, ink: ink.faint }))]] : [row];
}
