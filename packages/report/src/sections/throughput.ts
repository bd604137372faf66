import type { Page } from "../page.ts";
import { NO_VALUE, prefixed, significant } from "../quantity.ts";
import type { Report } from "../report.ts";
import { type Block, table } from "../table.ts";

/** Tokens per second, and per millisecond and GPU. */
export function throughputBlock({ throughput }: Report, { ink }: Page): Block {
  const title = [
    { text: "Throughput", ink: ink.strong },
    { text: "tokens/s", ink: ink.faint },
    { text: "tokens/ms/GPU", ink: ink.faint },
  ];
  const rows = [
    row("all", throughput.tokensPerSecond, throughput.tokensPerMsPerGpu),
    row("prefill", throughput.prefillTokensPerSecond, throughput.prefillTokensPerMsPerGpu),
    row("decode", throughput.decodeTokensPerSecond, throughput.decodeTokensPerMsPerGpu),
  ];
  return table([title, ...rows], [11, -11, -16]);
}

function row(name: string, perSecond: number | null, perMsPerGpu: number | null): string[] {
  return [`  ${name}`, perSecond === null ? NO_VALUE : prefixed(perSecond, ""), perMsPerGpu === null ? NO_VALUE : significant(perMsPerGpu)];
}
