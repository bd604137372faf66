import { counted } from "@tokenyard/scenario";
import type { KvReport, Report } from "../../schema/report.ts";
import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { rounded } from "../precision.ts";
import { brief, percent, prefixed, seconds, significant } from "../quantity.ts";
import { table } from "../table.ts";

/** Goodput, classes, the cache, and how many ran and waited over time. */
export function loadLines({ goodput, attainment, classes, kv, levels, seeds, requests }: Report, page: Page): string[] {
  const { ink, width, numbers } = page;
  const lines: string[] = [];
  if (goodput !== null && attainment !== null) {
    const names = Object.keys(attainment).filter((name, _, all) => name !== "all" || all.length > 1);
    const met = names.map((name) => `${name} ${numbers.whole(`attainment.${name}`, "%")}`).join(" · ");
    const rate = numbers.whole("goodput.requestsPerSecond", "requests/s");
    lines.push(`  goodput  ${rate}${met === "" ? "" : ` · targets met: ${met}`}`);
  }
  if (classes !== null) {
    const title = ["  class", "finished", "TTFT p50", "p99", "TPOT p50", "p99", "goodput", "met"].map((text) => ({ text, ink: ink.faint }));
    const rows = classes.map(({ name }, at) => {
      const text = (path: string, form: (value: number, step: number) => string) => numbers.text(`classes.${at}.${path}`, form);
      return [
        `  ${name}`,
        text("requests.finished", significant),
        text("ttftSeconds.p50", seconds),
        text("ttftSeconds.p99", seconds),
        text("tpotSeconds.p50", seconds),
        text("tpotSeconds.p99", seconds),
        text("goodput.requestsPerSecond", (value, step) => `${significant(value, step)} /s`),
        text("attainment.all", percent),
      ];
    });
    const widest = Math.max(9, ...classes.map(({ name }) => name.length + 4));
    lines.push(...table([title, ...rows], [widest, -10, -10, -10, -10, -10, -12, -9]).lines);
  }
  if (kv !== null) {
    const held = `${numbers.text("kv.meanShare", percent)} held, ${numbers.text("kv.peakShare", percent)} at the peak`;
    lines.push(
      `  cache    ${prefixed(kv.blocks, "")} blocks of ${kv.blockTokens}: ${held} · ${number("kv.preemptions", "preemption", page)}`,
    );
    if (kv.broughtTokens !== undefined) {
      const brought = numbers.text("kv.broughtTokens", (value, step) => prefixed(value, "", step));
      lines.push(`  context  ${brought} of the prompt tokens were cached when their requests came`);
    }
    if (kv.prefix !== undefined && requests.decoding === undefined) lines.push(...prefixLines(kv.prefix, page));
  }
  if (levels !== null && levels.running.length > 1) {
    const ofWhich = seeds === undefined ? "" : `, seed ${seeds.first}`;
    const room = width - 30 - ofWhich.length;
    const most = (values: readonly number[]) => `${brief(significant(Math.max(...values)))}${ofWhich}`;
    lines.push(`  running  ${ink.bar(columns(levels.running, room))} up to ${most(levels.running)}`);
    if (Math.max(...levels.waiting) > 0) lines.push(`  waiting  ${ink.bar(columns(levels.waiting, room))} up to ${most(levels.waiting)}`);
  }
  return lines.length === 0 ? [] : [ink.strong("Load"), ...lines];
}

function prefixLines({ host }: NonNullable<KvReport["prefix"]>, page: Page): string[] {
  const { numbers } = page;
  const kept = `${numbers.text("kv.hitShare", percent)} of the prompts cached, for ${number("kv.prefix.hits", "request", page)}`;
  const blocks = numbers.text("kv.prefix.keptBlocks", (value, step) => prefixed(value, "", step));
  const lines = [`  prefix   ${kept} · ${blocks} blocks kept · ${number("kv.evictions", "eviction", page)}`];
  if (host === undefined) return lines;
  const taking =
    numbers.value("kv.prefix.host.meanLoadSeconds") === null ? "" : ` of ${numbers.text("kv.prefix.host.meanLoadSeconds", seconds)}`;
  const loads = `${number("kv.prefix.host.loads", "load", page)}${taking}`;
  const evictions = number("kv.prefix.host.evictions", "eviction", page);
  const share = numbers.text("kv.prefix.host.hitShare", percent);
  lines.push(`  host     ${prefixed(host.blocks, "")} blocks: ${share} of the prompts from there · ${loads} · ${evictions}`);
  return lines;
}

/** `3 preemptions`. */
function number(path: string, noun: string, { numbers }: Page): string {
  return numbers.text(path, (value, step) => counted(rounded(value, step), noun));
}
