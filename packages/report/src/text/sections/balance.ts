import { grouped } from "@tokenyard/scenario";
import { PHASES } from "../../recording/recording.ts";
import type { Report } from "../../schema/report.ts";
import { columns } from "../bar.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { bytes, percent, seconds, significant } from "../quantity.ts";

type Form = (value: number, step: number) => string;

const times: Form = (value, step) => `${significant(value, step)}×`;

/** Lines on the cost of unevenness, traffic, and the result of moving experts, below those on the unevenness of experts. */
export function balanceLines({ balance, seeds }: Report, page: Page): string[] {
  return [
    ...stripLine(balance, page, seeds?.first),
    ...slowestLines(balance, page),
    ...(balance.law === undefined ? [] : lawLines(balance.law, page)),
    ...(balance.traffic === undefined ? [] : trafficLines(balance.traffic, page, seeds?.first)),
    ...(balance.cache === undefined ? [] : cacheLines(balance.cache, page)),
    ...(balance.rebalances === undefined ? [] : rebalancedLines(page)),
  ];
}

/** How sure the law of uneven experts is, where experts went by it. */
function lawLines({ check }: NonNullable<Report["balance"]["law"]>, { numbers, ink }: Page): string[] {
  const at = (path: string) => numbers.text(`balance.law.${path}`, percent);
  const error = `± ${at("standardError")} of what routed layers take`;
  if (check === null) return [ink.faint(`  by the law ${error}`)];
  const sign = (numbers.value("balance.law.check.mean") ?? 0) < 0 ? "" : "+";
  return [ink.faint(`  by the law ${error}; ${check.passes} exact passes ${sign}${at("check.mean")} ± ${at("check.standardError")}`)];
}

/** Pairs of nodes in the text. */
const SHOWN_PAIRS = 2;

/** Below it a strip of layers would show no more than chance. */
const LEAST_SHOWN = 0.05;

/** One column for each layer: its unevenness in the first phase, by rank where there are ranks, else by expert. */
function stripLine({ expert, rank }: Report["balance"], { ink, width }: Page, seed: number | undefined): string[] {
  const phase = expert.prefill === null ? "decode" : "prefill";
  const strips = [
    { of: "ranks", layers: rank[phase]?.perLayer ?? [] },
    { of: "experts", layers: expert[phase]?.perLayer ?? [] },
  ];
  const strip = strips.find(({ layers }) => layers.length > 1 && layers.some(({ loadVariance }) => (loadVariance ?? 0) >= LEAST_SHOWN));
  if (strip === undefined) return [];
  const values = strip.layers.map(({ loadVariance }) => loadVariance ?? 0);
  const label = `  ${strip.of.padEnd(11)}`;
  const caption = `  load variance of each layer in ${phase}, up to ${percent(Math.max(...values))}${seed === undefined ? "" : `, seed ${seed}`}`;
  return [`${label}${ink.bar(columns(values, Math.max(8, width - label.length - caption.length)))}${caption}`];
}

function slowestLines({ rank }: Report["balance"], { numbers, width }: Page): string[] {
  const parts = PHASES.flatMap((phase) => {
    const slowest = rank[phase]?.slowest ?? null;
    if (slowest === null) return [];
    const under = `balance.rank.${phase}.slowest`;
    const [lost, share] = [numbers.text(`${under}.lostSeconds`, seconds), numbers.text(`${under}.slowestShare`, percent)];
    return [`${phase} ${lost} (${share} rank ${slowest.slowestRank})`];
  });
  const [first, ...others] = parts;
  return first === undefined ? [] : phrases([`waited for the slowest rank: ${first}`, ...others], "  ", width);
}

type Traffic = NonNullable<Report["balance"]["traffic"]>;

function trafficLines(traffic: Traffic, page: Page, seed: number | undefined): string[] {
  return traffic.bytes === 0 ? [] : [...exchangedLines(traffic, page), ...nodeLines(traffic, page, seed)];
}

/** Lines on nodes; if there are many, on those that exchange most with others. */
function nodeLines({ nodes = [], hottestNodes = [] }: Traffic, { ink }: Page, seed: number | undefined): string[] {
  if (hottestNodes.length === 0) return [];
  const ofSeed = seed === undefined ? "" : `, seed ${seed}`;
  const range = (of: readonly number[]) => `${bytes(Math.min(...of))} to ${bytes(Math.max(...of))}`;
  const pairs = hottestNodes.slice(0, SHOWN_PAIRS).map(({ from, to, bytes: sent }) => `${from}→${to} ${bytes(sent)}`);
  const [sent, heard] = [range(nodes.map(({ sentBytes }) => sentBytes)), range(nodes.map(({ heardBytes }) => heardBytes))];
  return [ink.faint(`  nodes      send ${sent}, receive ${heard} · most ${pairs.join(", ")}${ofSeed}`)];
}

function exchangedLines({ crossing }: Traffic, { numbers }: Page): string[] {
  const part = (name: string) => percent((numbers.value(`balance.traffic.${name}`) ?? 0) / (numbers.value("balance.traffic.bytes") ?? 1));
  const text = `  exchanged  ${numbers.text("balance.traffic.bytes", bytes)}: ${part("sameRankBytes")} on its rank, ${part("sameNodeBytes")} in its node, ${part("fabricBytes")} over the fabric`;
  if (crossing === null || crossing.placed === 0) return [text];
  const share = (name: string) => numbers.text(`balance.traffic.crossing.${name}`, percent);
  return [text, `             copies that leave their node ${share("placed")} · with an ideal placement ${share("aware")}`];
}

function cacheLines({ prefetch }: NonNullable<Report["balance"]["cache"]>, { numbers }: Page): string[] {
  const at = (path: string, form: Form) => numbers.text(`balance.cache.${path}`, form);
  const number: Form = (value, step) => grouped(rounded(value, step));
  const text = `  cached     ${at("hitShare", percent)} of the experts were there · ${at("loads", number)} loaded, ${at("bytes", bytes)} · ${at("onHost", number)} computed on hosts · ${at("waitSeconds", seconds)} waited`;
  if (prefetch === undefined) return [text];
  const [guesses, right] = [numbers.value("balance.cache.prefetch.guesses") ?? 0, numbers.value("balance.cache.prefetch.right") ?? 0];
  const share = guesses === 0 ? "none" : percent(right / guesses);
  return [
    text,
    `             ${share} of ${at("prefetch.guesses", number)} guesses right · ${at("prefetch.ahead", number)} came ahead · ${at("prefetch.bytes", bytes)} by guesses, ${at("prefetch.wastedBytes", bytes)} for nothing`,
  ];
}

function rebalancedLines({ numbers, ink }: Page): string[] {
  const at = (path: string, form: Form) => numbers.text(`balance.rebalances.${path}`, form);
  const number = (path: string) => at(path, (value, step) => grouped(rounded(value, step)));
  const most = (path: string) => at(`maxOverMean.${path}`, times);
  const time = (path: string) => at(`seconds.${path}`, seconds);
  const isGain = (numbers.value("balance.rebalances.seconds.gained") ?? 0) >= (numbers.value("balance.rebalances.seconds.lost") ?? 0);
  return [
    `  moved      ${number("moves")} experts after ${number("rebalances")} of ${number("windows")} windows, ${at("bytes", bytes)}`,
    ink.faint(`             fullest rank ${most("reached")} · unmoved ${most("still")} · at best ${most("best")}`),
    ink.faint(
      `             its experts ${time("reached")} · unmoved ${time("still")} · at best ${time("best")} · moves ${time("moves")}: ${isGain ? `${time("gained")} gained` : `${time("lost")} lost`}`,
    ),
  ];
}
