import type { ClusterSpec, Fit } from "@tokenyard/scenario";

/**
 * The cluster for experts whose copies do not come by DeepEP. SGLang's fp8 experts were measured with DeepGEMM's kernels, which it runs
 * only behind DeepEP and with whole experts; elsewhere it runs Triton's, as vLLM does, whose fits stand in. Source:
 * docs/models/kernels.md#fitted-kernels.
 */
export function withExpertsByTriton(cluster: ClusterSpec): ClusterSpec {
  const { gpu, kernels } = cluster;
  if (kernels.kind !== "fitted" || kernels.library !== "sglang" || gpu.fits === undefined) return cluster;
  const others = gpu.fits.filter((fit) => !isByDeepGemm(fit));
  const isCovered = others.some(({ kind, library, precision }) => kind === "experts" && library === "vllm" && precision === "fp8");
  if (others.length === gpu.fits.length || !isCovered) return cluster;
  return { ...cluster, gpu: { ...gpu, fits: others } };
}

function isByDeepGemm({ kind, library, precision }: Fit): boolean {
  return kind === "experts" && library === "sglang" && precision === "fp8";
}
