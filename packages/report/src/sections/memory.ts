import { bar } from "../bar.ts";
import type { Page } from "../page.ts";
import { brief, bytes, smallPercent } from "../quantity.ts";
import type { Report } from "../report.ts";
import { type Block, table } from "../table.ts";

/** What lies in the fullest GPU's memory, against its limit. */
export function memoryBlock({ memory: { limit } }: Report, { ink, numbers }: Page): Block {
  const share = numbers.value("memory.share") ?? 0;
  const colour = share > 1 ? ink.bad : ink.bar;
  const row = (name: string, path: string) => [
    `  ${name}`,
    numbers.text(path, bytes),
    { text: ` ${bar((numbers.value(path) ?? 0) / limit, 15)}`, ink: colour },
  ];
  const title = [
    { text: "Memory", ink: ink.strong },
    { text: brief(bytes(limit)), ink: ink.faint },
    { text: " on the fullest GPU", ink: ink.faint },
  ];
  const used = ` ${numbers.text("memory.share", smallPercent)}`;
  const total = ["  peak", numbers.text("memory.peak", bytes), { text: used, ink: share > 1 ? ink.bad : ink.strong }];
  const parts = [row("weights", "memory.weights"), row("KV", "memory.kvPeak"), row("workspace", "memory.workspace")];
  return table([title, ...parts, total], [11, -8, 19]);
}
