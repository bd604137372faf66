import { type Errors, errorsOf } from "./errors.ts";
import { bufferMessages, copyMessages, type Message, sendMessages } from "./message.ts";
import { errorCell, microseconds, tableHead, tableLine } from "./page.ts";
import { dataFolder, readTable } from "./table.ts";
import { fittedTier, messageSeconds, type Tier } from "./tier-fit.ts";

// Fits bandwidth and latency of a network's tiers to measured collectives: node bench/dist/accuracy/networks.js FOLDER

interface System {
  /** Bytes per second of one GPU, per direction, as its maker says. */
  readonly peak: number;
  /** Families that the tier is fitted to, those of a group pooled and each group counted alike; others are only reported. */
  readonly fitted: readonly (readonly string[])[];
}

const COPIES = ["dispatch", "combine"];
const IN_NODE = [["all-reduce vllm_graph"], COPIES];
const BETWEEN = [[2, 4, 8].flatMap((nodes) => COPIES.map((phase) => `${phase} ${nodes} nodes`))];

const SYSTEMS: Readonly<Record<string, System>> = {
  "a100 node": { peak: 300e9, fitted: [["all-reduce vllm_graph"], ["all-to-all nccl"]] },
  "h100 node": { peak: 450e9, fitted: IN_NODE },
  "h200 node": { peak: 450e9, fitted: IN_NODE },
  "b200 node": { peak: 900e9, fitted: IN_NODE },
  "h100 fabric": { peak: 50e9, fitted: BETWEEN },
  "h200 fabric": { peak: 50e9, fitted: BETWEEN },
};

function main(): void {
  const data = dataFolder();
  const messages = [
    ...bufferMessages([...readTable(data, "allreduce.csv"), ...readTable(data, "nccl_other.csv")]),
    ...copyMessages(readTable(data, "all_to_all.csv")),
    ...sendMessages(readTable(data, "send_recv.csv")),
  ];
  for (const [system, { peak, fitted }] of Object.entries(SYSTEMS)) {
    const own = messages.filter((message) => message.system === system);
    const half = (families: readonly string[], wanted: string) =>
      own.filter(({ family, half }) => families.includes(family) && half === wanted);
    const tier = fittedTier(
      fitted.map((families) => half(families, "fitted")),
      peak,
    );
    console.log(`\n${system}, one fit: ${tierText(tier)}\n`);
    console.log(tableHead(["traffic", "rows", "peak, no latency", "one fit", "predicted / measured", "own fit", "own tier"]));
    for (const family of [...new Set(own.map((message) => message.family))].sort()) {
      const rows = half([family], "held-out");
      const ownTier = fittedTier([half([family], "fitted")], peak);
      const errors = errorsWith(rows, tier);
      const ideal = errorsWith(rows, { bandwidth: peak, latency: 0 });
      const ratio = errors.medianRatio.toFixed(2);
      const cells = [errorCell(ideal), errorCell(errors), ratio, errorCell(errorsWith(rows, ownTier)), tierText(ownTier)];
      console.log(tableLine([family, String(rows.length), ...cells]));
    }
  }
}

function errorsWith(messages: readonly Message[], tier: Tier): Errors {
  return errorsOf(
    messages.map(({ bytes }) => messageSeconds(bytes, tier)),
    messages.map(({ seconds }) => seconds),
  );
}

function tierText({ bandwidth, latency }: Tier): string {
  return `${(bandwidth / 1e9).toFixed(0)} GB/s, ${microseconds(latency)}`;
}

main();
