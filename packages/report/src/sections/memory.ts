import { bar } from "../bar.ts";
import type { Page } from "../page.ts";
import { brief, bytes, smallPercent } from "../quantity.ts";
import type { Report } from "../report.ts";
import { type Block, table } from "../table.ts";

/** What lies in the fullest GPU's memory, against its limit. */
export function memoryBlock({ memory }: Report, { ink }: Page): Block {
  const { weights, kvReserved, workspace, reserved, used, limit, share } = memory;
  const colour = reserved > limit ? ink.bad : ink.bar;
  const row = (name: string, part: number) => [`  ${name}`, bytes(part), { text: ` ${bar(part / limit, 15)}`, ink: colour }];
  const title = [
    { text: "Memory", ink: ink.strong },
    { text: brief(bytes(limit)), ink: ink.faint },
    { text: " on the fullest GPU", ink: ink.faint },
  ];
  const total = (name: string, part: number, of: number) => [
    `  ${name}`,
    bytes(part),
    { text: ` ${smallPercent(of)}`, ink: of > 1 ? ink.bad : ink.strong },
  ];
  const parts = [row("weights", weights), row("KV", kvReserved), row("workspace", workspace)];
  return table([title, ...parts, total("reserved", reserved, reserved / limit), total("used", used, share)], [11, -8, 19]);
}
