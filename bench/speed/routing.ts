import { createOverflow, createTokenRouter, expertCapacity } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { bestOf, bestSeconds, type Effort } from "./best.ts";
import { duration, type Row, times } from "./row.ts";

const TOKENS = 1_000_000;
const SOURCES = 16;
const GATES = [
  "balanced",
  "uniform",
  { kind: "zipf", exponent: 1 },
  { kind: "lognormal", sigma: 1 },
  { kind: "dirichlet", concentration: 1 },
] as const;
/** What the gate of a real run might have counted. */
const recorded = (experts: number) => ({
  kind: "recorded",
  file: { path: "copies.csv", sha256: "0", rows: [Array.from({ length: experts }, (_, e) => 1000 + ((e * 7919) % 1000))] },
});
const OVERFLOWS = ["drop", "reroute", "none"] as const;
const EXPERTS = [
  { count: 16, topK: 1 },
  { count: 256, topK: 8 },
] as const;

/** Routing a million tokens of 16 sources, cut to their experts' capacity; against drawing an expert for each copy. */
export async function routing(effort: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const experts of EXPERTS) {
    const naiveSeconds = bestOf(effort.quick ? 1 : 3, () => drawEach(experts.count, experts.topK));
    for (const gate of [...GATES, recorded(experts.count)]) {
      for (const overflow of OVERFLOWS) {
        const name = typeof gate === "string" ? gate : gate.kind;
        const seconds = await bestSeconds(route(scenarioOf(experts, gate, overflow)), effort);
        rows.push({
          what: `a million tokens over ${experts.count} experts, top ${experts.topK}: ${name}, ${overflow}`,
          value: duration(seconds),
          ratio: `${times(naiveSeconds / seconds)} as fast as token by token`,
        });
      }
    }
  }
  return rows;
}

function route({ model, routing }: Scenario): () => void {
  const streams = new Streams(1);
  const router = createTokenRouter(model, routing.gate, streams);
  const overflow = createOverflow(routing.overflow);
  const experts = model.experts!.count;
  const capacity = expertCapacity(TOKENS, model, routing);
  const tokens = new Float64Array(SOURCES).fill(TOKENS / SOURCES);
  const copies = new Float64Array(SOURCES * experts);
  const fates = { rerouted: 0, dropped: 0, masked: 0 };
  const crowd = { copies, experts, from: 0, end: SOURCES, tokens, chances: router.shares?.(0), regions: undefined };
  const stream = streams.stream("routing");
  return () => {
    router.route(0, tokens, stream, copies);
    overflow.cut(crowd, capacity, stream, fates);
  };
}

/** What a loop over tokens does at least: one random expert for each copy. */
function drawEach(experts: number, topK: number): Float64Array {
  const stream = new Streams(1).stream("naive");
  const counts = new Float64Array(experts);
  for (let copy = 0; copy < TOKENS * topK; copy++) counts[Math.floor(stream.next() * experts)]! += 1;
  return counts;
}

function scenarioOf(experts: object, gate: string | object, overflow: string): Scenario {
  const tier = { bandwidth: "1 GB/s", latency: "1 us" };
  return parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 1, kvHeads: 1, headSize: 64 }, experts: { ...experts, hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 TB" },
      network: { kind: "two-tier", node: tier, fabric: tier },
    },
    routing: { gate, capacityFactor: 1.05, overflow },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}
