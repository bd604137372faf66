import { productPrecisions } from "@tokenyard/model";
import { type ClusterSpec, type GpuSpec, type ModelSpec, PRECISIONS, type Precision, type Problem } from "@tokenyard/scenario";

/** FLOP/s of a GPU's matrix units at each precision; a precision that it does not give is absent. */
export type Compute = Readonly<Partial<Record<Precision, number>>>;

/** A single number holds for every precision; in a map, fp16 and bf16 stand in for each other. */
export function computeOf(gpu: GpuSpec): Compute {
  const { compute } = gpu;
  if (typeof compute === "number") return Object.fromEntries(PRECISIONS.map((precision) => [precision, compute]));
  const { fp16 = compute.bf16, bf16 = fp16 } = compute;
  return fp16 === undefined || bf16 === undefined ? compute : { fp16, bf16, ...compute };
}

/** The precisions in which `model` multiplies and for which the GPU gives no compute. */
export function computeProblems(cluster: ClusterSpec, model: ModelSpec): Problem[] {
  const compute = computeOf(cluster.gpu);
  const given = Object.keys(cluster.gpu.compute); // as written, without stand-ins
  return productPrecisions(model, cluster.gpu)
    .filter((precision) => compute[precision] === undefined)
    .map((precision) => ({
      path: ["cluster", "gpu", "compute"],
      given: given.length === 0 ? "no precision" : given.join(", "),
      wanted: `a peak for ${precision} too: the model multiplies in it`,
    }));
}
