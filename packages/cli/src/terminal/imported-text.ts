import type { Imported } from "@tokenyard/engines";
import type { Channel } from "./channel.ts";
import { harmless, styled } from "./terminal.ts";

/** Text on an imported launch: flags used, default values, flags that are not modelled, and assumptions. */
export function importedText({ deployment, taken, byDefault, notModelled, assumed }: Imported, channel: Channel): string {
  const list = (title: string, items: readonly string[], style: "bold" | "yellow" = "bold") =>
    items.length === 0 ? [] : [styled(channel, style, title), ...items.map((item) => `  ${harmless(item)}`)];
  const { engine, version } = deployment;
  const lines = [
    ...list(`Taken, as ${engine.title} ${version.text} has it`, taken),
    ...list("By default", byDefault),
    ...list("Not modelled, and what that costs", notModelled, "yellow"),
    ...list("Assumed", assumed, "yellow"),
  ];
  return `${lines.join("\n")}\n`;
}
