import { counted, metricOf } from "@tokenyard/scenario";
import { partWords } from "../conclusion/conclude.ts";
import { metricWords } from "../conclusion/metric-words.ts";
import type { Report } from "../schema/report.ts";
import { Numbers } from "../text/numbers.ts";

/** A number of a report as a sum of parts. */
export interface NumberSum {
  /** The number that the parts add up to, in words. */
  readonly words: string;
  readonly whole: number;
  readonly unit: string;
  readonly parts: readonly NumberPart[];
  /** How the parts come about, in a sentence. */
  readonly how: string;
}

export interface NumberPart {
  readonly words: string;
  readonly value: number;
  /** Page of the documentation on its formula, with its anchor; undefined where there is none. */
  readonly page?: string;
}

const OPS_PAGE = "models/kernels.md#ops";
/** Pages on the times of parts of a critical path. */
const PAGES: Readonly<Record<string, string>> = {
  attention: "models/attention.md",
  "all-reduce": "models/network.md",
  "reduce-scatter": "models/network.md",
  "all-gather": "models/network.md",
  send: "models/network.md",
  dispatch: "models/exchanges.md",
  combine: "models/exchanges.md",
  waiting: "models/pipelines.md",
  queue: "models/scheduling.md#latencies-under-load",
  host: "models/scheduling.md#host-time",
  draft: "models/scheduling.md#speculative-decoding",
};
const TOKENS = { prompt: "tokens of prompts", output: "tokens put out" } as const;

/**
 * The sum behind the number of that name: of a latency its critical path, and for other statistics than the mean what they are beyond it; of a rate of tokens its
 * kinds of tokens; of an attained share the requests that are late. Of several seeds, and for numbers that are no sum, undefined.
 */
export function numberSum(report: Report, name: string): NumberSum | undefined {
  if (report.seeds !== undefined) return undefined;
  const path = metricOf(name)?.path ?? name;
  const whole = new Numbers(report).value(path);
  if (whole === null) return undefined;
  if (whole === Number.POSITIVE_INFINITY) return unansweredSum(report);
  const [, latency, statistic] = /^(ttft|tpot)Seconds\.(\w+)$/.exec(path) ?? [];
  if (latency !== undefined) return latencySum(report, latency as "ttft" | "tpot", statistic!, name, whole);
  if (path === "throughput.tokensPerMsPerGpu") return tokensSum(report, whole, report.plan.ranks * 1000, "tokens/ms");
  if (path === "throughput.tokensPerSecond") return tokensSum(report, whole, 1, "tokens/s");
  if (path.startsWith("attainment.")) return attainedSum(report, path.slice("attainment.".length), whole);
  return undefined;
}

function latencySum(
  { breakdown }: Report,
  latency: "ttft" | "tpot",
  statistic: string,
  name: string,
  whole: number,
): NumberSum | undefined {
  const own = breakdown[latency];
  if (own === null || own === undefined) return undefined;
  const parts = Object.entries(own).map(([key, value]) => ({ words: partWords(key), value, page: PAGES[key] ?? OPS_PAGE }));
  const mean = parts.reduce((sum, { value }) => sum + value, 0);
  const words = latency.toUpperCase();
  const beyond = statistic === "mean" ? [] : [{ words: `${metricWords(name)} beyond the mean`, value: whole - mean }];
  return {
    words: metricWords(name),
    whole,
    unit: "s",
    parts: [...parts.toSorted((a, b) => b.value - a.value), ...beyond],
    how: `The mean ${words} of answered requests, split along the critical path${beyond.length === 0 ? "" : "; the path of a single request is not kept"}.`,
  };
}

function tokensSum({ tokens }: Report, whole: number, per: number, unit: string): NumberSum | undefined {
  const all = tokens.prompt + tokens.output;
  if (all === 0) return undefined;
  return {
    words: per === 1 ? "throughput" : "throughput per GPU",
    whole,
    unit,
    parts: (["prompt", "output"] as const).map((kind) => ({ words: TOKENS[kind], value: (whole * tokens[kind]) / all })),
    how: `${counted(all, "token")} over the whole run${per === 1 ? "" : ", by the millisecond and GPU"}.`,
  };
}

function attainedSum({ attainment }: Report, name: string, whole: number): NumberSum | undefined {
  if (attainment === null || attainment === undefined) return undefined;
  const others = Object.entries(attainment).filter(([key]) => key !== "all");
  const late = name === "all" ? others : others.filter(([key]) => key === name);
  const first = late[0]?.[1] ?? whole;
  return {
    words: "requests within their targets",
    whole,
    unit: "%",
    parts: [
      { words: "all requests", value: 1 },
      ...(late[0] === undefined ? [] : [{ words: `late in ${late[0][0].toUpperCase()}, or unanswered`, value: first - 1 }]),
      ...(name === "all" && late.length > 1 ? [{ words: "late in other latencies only", value: whole - first }] : []),
    ],
    how: "Requests that are measured; a request that is never answered is late.",
  };
}

function unansweredSum({ requests }: Report): NumberSum | undefined {
  const { arrived, finished, rejected, failed } = requests;
  return {
    words: "requests that arrived",
    whole: arrived,
    unit: "",
    parts: [
      { words: "finished", value: finished },
      { words: "rejected", value: rejected },
      { words: "failed", value: failed },
      { words: "still open at the end", value: arrived - finished - rejected - failed },
    ],
    how: "Some requests are never answered, so that this number is longer than any bound.",
  };
}
