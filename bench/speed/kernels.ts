import { createKernelModel, createNetworkModel } from "@tokenyard/cluster";
import { type ExpertsShape, type LayerKernels, layerKernels } from "@tokenyard/model";
import { KernelByRows } from "@tokenyard/program";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { bestSeconds, type Effort } from "./best.ts";
import { duration, type Row, times } from "./row.ts";

const ASKED = 1_000;

/** Time that a model takes to price a kernel or an exchange of Qwen3-30B-A3B on H100: by fits, and by the roofline or the tiers. */
export async function kernels(effort: Effort): Promise<Row[]> {
  const scenario = scenarioOf("fitted");
  const [fitted, roofline] = [createKernelModel(scenario.cluster), createKernelModel(scenarioOf("roofline").cluster)];
  const layer = layerKernels(scenario.model, { tensor: 1, attentionTensor: 1 }, scenario.cluster.gpu);
  const rows: Row[] = [];
  for (const [what, ask] of asked(layer)) {
    const [own, plain] = [await each(() => ask(fitted), effort), await each(() => ask(roofline), effort)];
    rows.push({ what: `a fitted kernel: ${what}`, value: duration(own), ratio: `${times(own / plain)} of the roofline's time` });
  }
  const kept = new KernelByRows(fitted, layer.attention.projections[0]!);
  let at = 0;
  const seconds = await each(() => kept.look(1 + (at++ % 4096)), effort);
  rows.push({ what: "a fitted kernel: matrix product whose rows came before", value: duration(seconds) });
  rows.push(await exchange(scenario, effort));
  return rows;
}

function scenarioOf(kind: "fitted" | "roofline"): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: "qwen3-30b-a3b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: kind },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}

type Asking = (model: ReturnType<typeof createKernelModel>) => number;

/** Kernels with another load in each call. */
function asked({ attention, experts }: LayerKernels): [string, Asking][] {
  const linear = attention.projections[0]!;
  const core = attention.decode.core;
  const rowsPerExpert = Float64Array.from({ length: 128 }, (_, e) => 10 + (e % 20));
  const all = rowsPerExpert.reduce((sum, rows) => sum + rows, 0);
  const filled = { rowsPerExpert, first: 0, experts: 128, rows: all, active: 128, most: 29 };
  const shape: ExpertsShape = {
    kind: "experts",
    up: { ...experts!.up, ...filled },
    down: { ...experts!.down, ...filled },
    groupRows: all,
  };
  let at = 0;
  return [
    ["matrix product of 1 to 64 rows, first time", (model) => model.seconds(Object.assign(linear, { rows: 1 + (at++ % 64) }))],
    ["matrix product of 1 to 4,096 rows, first time", (model) => model.seconds(Object.assign(linear, { rows: 1 + ((at++ * 37) % 4096) }))],
    [
      "core of decoding sequences",
      (model) => {
        const sequences = 1 + (at++ % 256);
        const contextTokens = sequences * (1000 + (at % 3000));
        return model.seconds(Object.assign(core, { sequences, newTokens: sequences, contextTokens, pairs: contextTokens }));
      },
    ],
    ["128 experts of a rank", (model) => model.seconds(shape)],
  ];
}

async function exchange({ cluster }: Scenario, effort: Effort): Promise<Row> {
  const ranks = Int32Array.from({ length: 16 }, (_, i) => i);
  const bytes = new Float64Array(256).fill(1e5);
  const out = new Float64Array(16);
  const carriers = { dispatch: "per-copy", phase: "dispatch", tokenBytes: 4096 } as const;
  const [fitted, tiers] = [cluster, { ...cluster, network: { ...cluster.network, allReduce: "two-shot" as const } }].map(
    createNetworkModel,
  );
  const seconds = (network: ReturnType<typeof createNetworkModel>) =>
    each(() => network.allToAllSeconds(bytes, ranks, out, undefined, carriers), effort);
  const [own, plain] = [await seconds(fitted!), await seconds(tiers!)];
  return { what: "a fitted exchange of 16 ranks", value: duration(own), ratio: `${times(own / plain)} of the tiers' time` };
}

async function each(ask: () => unknown, effort: Effort): Promise<number> {
  const seconds = await bestSeconds(() => {
    for (let i = 0; i < ASKED; i++) ask();
  }, effort);
  return seconds / ASKED;
}
