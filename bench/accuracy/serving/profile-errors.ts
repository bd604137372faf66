import { createKernelModel, type MeasuredCell, measuredCells } from "@tokenyard/cluster";
import { type ClusterSpec, loadScenario } from "@tokenyard/scenario";
import { errorsOf } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";

/** Kernels of one model that were measured on a GPU. */
export interface Profile {
  readonly name: string;
  /** The preset of the model. */
  readonly model: string;
  /** What `kernels: { kind: table }` reads. */
  readonly table: string;
  /** Data sheet of the GPU, as a scenario states it over a preset. */
  readonly datasheet: string;
}

/** GPUs whose fits are tried over a profile's datasheet, and of which engine they are. */
const LENDERS = [
  { gpu: "rtx-pro-6000", library: "vllm", name: "h100-sxm, vLLM" }, // as both presets borrow them
  { gpu: "a100-80g", library: "sglang", name: "a100-80g, SGLang" },
] as const;

const FAMILIES: Readonly<Record<string, string>> = {
  linear: "matrix products",
  experts: "experts",
  "attention-prefill": "attention of prompts",
  "attention-decode": "attention of decoding",
};

/** A table of how far kernels are off that are timed by the fits of other GPUs. */
export function lendersTable(profiles: readonly Profile[]): string {
  const lines = profiles.flatMap((profile) => LENDERS.map((lender) => lineOf(profile, lender)));
  return `${tableHead(["measured", "fits of", ...Object.values(FAMILIES)])}\n${lines.join("\n")}`;
}

function lineOf(profile: Profile, { gpu, library, name }: (typeof LENDERS)[number]): string {
  const model = createKernelModel(clusterOf(profile, gpu, `{ kind: fitted, library: ${library} }`));
  const cells = cellsOf(clusterOf(profile, gpu, "{ kind: table, files: [kernels.csv] }"));
  const families = Object.keys(FAMILIES).map((family) => {
    const own = cells.filter(({ shapes }) => shapes[0]!.kind === family);
    const predicted = own.map(({ shapes }) => shapes.reduce((sum, shape) => sum + model.seconds(shape), 0) / shapes.length);
    const errors = errorsOf(
      predicted,
      own.map(({ seconds }) => seconds),
    );
    return own.length === 0 ? "" : `${errorsCell(errors)}, ${errors.medianRatio.toFixed(2)}`;
  });
  return tableLine([profile.name, name, ...families]);
}

function cellsOf({ kernels }: ClusterSpec): readonly MeasuredCell[] {
  return kernels.kind === "table" ? measuredCells(kernels) : [];
}

function clusterOf({ model, table, datasheet }: Profile, gpu: string, kernels: string): ClusterSpec {
  const text = `
tokenyard: 1
model: { preset: ${model} }
cluster: { gpu: { preset: ${gpu}, ${datasheet} }, network: hgx-h100-ndr, kernels: ${kernels} }
workload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }
`;
  return loadScenario(text, { read: () => table, path: "profile.yaml" }).scenario.cluster;
}
