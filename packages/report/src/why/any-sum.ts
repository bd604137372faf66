import { metricOf } from "@tokenyard/scenario";
import { metricWords } from "../conclusion/metric-words.ts";
import type { Report } from "../schema/report.ts";
import { Numbers } from "../text/numbers.ts";
import { type NumberPart, type NumberSum, numberSum } from "./number-sum.ts";

/** The sum behind any number of a report: that of a headline, or of an E2E its first token and the others, of memory, requests and copies their kinds; undefined where there is none. */
export function anySum(report: Report, name: string): NumberSum | undefined {
  const whole = report.seeds === undefined ? new Numbers(report).value(metricOf(name)?.path ?? name) : null;
  if (whole === null || whole === Number.POSITIVE_INFINITY) return numberSum(report, name);
  const own = OWN_SUMS[name];
  if (own !== undefined) return { words: NO_METRICS[name]!, whole, unit: own.unit, how: own.how, parts: own.parts(report) };
  return name.startsWith("e2e.") || name === "e2e" ? e2eSum(report, name, whole) : numberSum(report, name);
}

/** Numbers that are no metrics, with the words for them. */
const NO_METRICS: Readonly<Record<string, string>> = {
  "memory.reserved": "memory set aside on the fullest GPU",
  "requests.arrived": "requests that arrived",
  "tokens.routed": "copies routed to experts",
};

interface OwnSum {
  readonly unit: string;
  readonly how: string;
  parts(report: Report): NumberPart[];
}

const OWN_SUMS: Readonly<Record<string, OwnSum>> = {
  "memory.reserved": {
    unit: "B",
    how: "What must fit under the limit before the run.",
    parts: ({ memory }) => [
      { words: "weights", value: memory.weights, page: "models/memory.md" },
      { words: "KV cache", value: memory.kvReserved, page: "models/memory.md" },
      { words: "workspace", value: memory.workspace, page: "models/memory.md" },
    ],
  },
  "requests.arrived": {
    unit: "",
    how: "A request that is still open when nothing happens any more has failed.",
    parts: ({ requests }) => [
      { words: "finished", value: requests.finished },
      { words: "rejected", value: requests.rejected },
      { words: "failed, or still open", value: requests.failed },
      ...(requests.decoding === undefined ? [] : [{ words: "still decoding", value: requests.decoding }]),
    ],
  },
  "tokens.routed": {
    unit: "",
    how: "Over all layers and passes; a copy is a token on its way to one expert.",
    parts: ({ tokens }) => [
      { words: "kept", value: tokens.kept, page: "models/routing.md" },
      { words: "rerouted", value: tokens.rerouted ?? 0, page: "models/routing.md" },
      { words: "dropped", value: tokens.dropped, page: "models/routing.md" },
      { words: "masked", value: tokens.masked ?? 0, page: "models/routing.md" },
    ],
  },
};

/** Names of the numbers of `report` that a reader may ask about, with their words. */
export function askedNumbers(report: Report): readonly { readonly name: string; readonly words: string }[] {
  const latencies = ["ttft", "tpot", "e2e", "queue", "itl"].flatMap((key) =>
    ["mean", "p50", "p90", "p99", "max"].map((each) => `${key}.${each}`),
  );
  const numbers = new Numbers(report);
  const metrics = [
    ...new Set([...report.targets.map(({ name }) => name), ...latencies, "throughputPerGpu", "goodput", "cost", "energyPerToken"]),
  ];
  return [...metrics, ...Object.keys(NO_METRICS)]
    .filter((name) => numbers.value(metricOf(name)?.path ?? name) !== null)
    .map((name) => ({ name, words: NO_METRICS[name] ?? metricWords(name) }));
}

function e2eSum({ ttftSeconds }: Report, name: string, whole: number): NumberSum | undefined {
  if (ttftSeconds?.mean == null) return undefined;
  const isMean = (metricOf(name)?.path ?? name).endsWith(".mean");
  const { mean } = ttftSeconds;
  return {
    words: metricWords(name),
    whole,
    unit: "s",
    parts: [
      { words: "mean time to the first token", value: mean },
      { words: isMean ? "time from it to the last" : `${metricWords(name)} beyond that`, value: whole - mean },
    ],
    how: "From the arrival to the last token; what the tokens after the first take is the TPOT of a request, by how many there are.",
  };
}
