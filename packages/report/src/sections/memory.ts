import { bar } from "../bar.ts";
import type { Page } from "../page.ts";
import { brief, bytes, smallPercent } from "../quantity.ts";
import type { Report } from "../report.ts";
import { type Block, table } from "../table.ts";

/** What lies in the fullest GPU's memory, against its limit. */
export function memoryBlock({ memory }: Report, { ink }: Page): Block {
  const { weights, kvPeak, workspace, peak, limit, share } = memory;
  const colour = share > 1 ? ink.bad : ink.bar;
  const row = (name: string, part: number) => [`  ${name}`, bytes(part), { text: ` ${bar(part / limit, 15)}`, ink: colour }];
  const title = [
    { text: "Memory", ink: ink.strong },
    { text: brief(bytes(limit)), ink: ink.faint },
    { text: " on the fullest GPU", ink: ink.faint },
  ];
  const total = ["  peak", bytes(peak), { text: ` ${smallPercent(share)}`, ink: share > 1 ? ink.bad : ink.strong }];
  return table([title, row("weights", weights), row("KV", kvPeak), row("workspace", workspace), total], [11, -8, 19]);
}
