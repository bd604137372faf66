import { METRICS } from "@tokenyard/scenario";

const LATENCIES: Readonly<Record<string, string>> = { ttft: "TTFT", tpot: "TPOT", e2e: "E2E latency", itl: "ITL", queue: "queue time" };
const NAMED: ReadonlySet<string> = new Set(METRICS.map(({ name }) => name));

/** A metric as it reads in a sentence: `p99 TTFT`, `highest TTFT`, `throughput per GPU`; a path of the report stays as it is. */
export function metricWords(name: string): string {
  if (!NAMED.has(name)) return name;
  const [latency = "", statistic = "max"] = name.split(".");
  const word = LATENCIES[latency];
  if (word !== undefined) return `${statistic === "max" ? "highest" : statistic} ${word}`;
  return name
    .replace(".", " ")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\bgpu\b/g, "GPU");
}
