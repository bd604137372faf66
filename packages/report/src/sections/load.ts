import { counted } from "@tokenyard/scenario";
import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { NO_VALUE, percent, prefixed, seconds, significant } from "../quantity.ts";
import type { KvReport, Report } from "../report.ts";
import { table } from "../table.ts";

/** Goodput, classes, the cache, and how many ran and waited over time. */
export function loadLines({ goodput, attainment, classes, kv, levels }: Report, { ink, width }: Page): string[] {
  const lines: string[] = [];
  if (goodput !== null && attainment !== null) {
    const shares = Object.entries(attainment).filter(([name], _, all) => name !== "all" || all.length > 1);
    const met = shares.map(([name, share]) => `${name} ${percent(share)}`).join(" · ");
    lines.push(`  goodput  ${rate(goodput.requestsPerSecond, "requests/s")}${met === "" ? "" : ` · targets met: ${met}`}`);
  }
  if (classes !== null) {
    const title = ["  class", "finished", "TTFT p50", "p99", "TPOT p50", "p99", "goodput", "met"].map((text) => ({ text, ink: ink.faint }));
    const rows = classes.map(({ name, requests, ttftSeconds, tpotSeconds, ...each }) => [
      `  ${name}`,
      significant(requests.finished),
      seconds(ttftSeconds?.p50 ?? null),
      seconds(ttftSeconds?.p99 ?? null),
      seconds(tpotSeconds?.p50 ?? null),
      seconds(tpotSeconds?.p99 ?? null),
      rate(each.goodput.requestsPerSecond, "/s"),
      percent(each.attainment["all"] ?? null),
    ]);
    const widest = Math.max(9, ...classes.map(({ name }) => name.length + 4));
    lines.push(...table([title, ...rows], [widest, -10, -10, -10, -10, -10, -12, -9]).lines);
  }
  if (kv !== null) {
    const held = `${percent(kv.meanShare)} held, ${percent(kv.peakShare)} at the peak`;
    lines.push(`  cache    ${prefixed(kv.blocks, "")} blocks of ${kv.blockTokens}: ${held} · ${counted(kv.preemptions, "preemption")}`);
    if (kv.prefix !== undefined) lines.push(...prefixLines(kv, kv.prefix));
  }
  if (levels !== null && levels.running.length > 1) {
    const room = width - 30;
    const most = (values: readonly number[]) => significant(Math.max(...values));
    lines.push(`  running  ${ink.bar(columns(levels.running, room))} up to ${most(levels.running)}`);
    if (Math.max(...levels.waiting) > 0) lines.push(`  waiting  ${ink.bar(columns(levels.waiting, room))} up to ${most(levels.waiting)}`);
  }
  return lines.length === 0 ? [] : [ink.strong("Load"), ...lines];
}

function prefixLines(kv: KvReport, { hits, keptBlocks, host }: NonNullable<KvReport["prefix"]>): string[] {
  const kept = `${percent(kv.hitShare)} of the prompts cached, for ${counted(hits, "request")}`;
  const lines = [`  prefix   ${kept} · ${prefixed(keptBlocks, "")} blocks kept · ${counted(kv.evictions, "eviction")}`];
  if (host === undefined) return lines;
  const loads = `${counted(host.loads, "load")} of ${seconds(host.meanLoadSeconds)}`;
  const room = `${prefixed(host.blocks, "")} blocks`;
  lines.push(`  host     ${room}: ${percent(host.hitShare)} of the prompts from there · ${loads} · ${counted(host.evictions, "eviction")}`);
  return lines;
}

function rate(perSecond: number | null, unit: string): string {
  return perSecond === null ? NO_VALUE : `${significant(perSecond)} ${unit}`;
}
