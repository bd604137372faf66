import type { Report } from "../../schema/report.ts";
import { bar } from "../bar.ts";
import type { Page } from "../page.ts";
import { brief, bytes, smallPercent } from "../quantity.ts";
import { type Block, table } from "../table.ts";

/** Contents of the fullest GPU's memory, against its limit. */
export function memoryBlock({ memory: { limit } }: Report, { ink, numbers }: Page): Block {
  const reserved = numbers.value("memory.reserved") ?? 0;
  const colour = reserved > limit ? ink.bad : ink.bar;
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
  const total = (name: string, path: string, of: number, step: number) => [
    `  ${name}`,
    numbers.text(path, bytes),
    { text: ` ${smallPercent(of, step)}`, ink: of > 1 ? ink.bad : ink.strong },
  ];
  const parts = [row("weights", "memory.weights"), row("KV", "memory.kvReserved"), row("workspace", "memory.workspace")];
  const totals = [
    total("reserved", "memory.reserved", reserved / limit, numbers.step("memory.reserved") / limit),
    total("used", "memory.used", numbers.value("memory.share") ?? 0, numbers.step("memory.share")),
  ];
  return table([title, ...parts, ...totals], [11, -8, 19]);
}
