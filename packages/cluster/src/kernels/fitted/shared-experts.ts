import type { ClusterSpec, Fit } from "@tokenyard/scenario";

/**
 * The cluster as ranks that share experts see it. SGLang's experts in fp8 were measured by DeepGEMM's kernels, which it runs under an exchange by DeepEP, of
 * whole experts; where ranks share them it runs Triton's, as vLLM does, whose fits stand in. Source: docs/models.md#fitted-kernels.
 */
export function withSharedExperts(cluster: ClusterSpec): ClusterSpec {
  const { gpu, kernels } = cluster;
  if (kernels.kind !== "fitted" || kernels.library !== "sglang" || gpu.fits === undefined) return cluster;
  const others = gpu.fits.filter((fit) => !isOfWholeExperts(fit));
  const isCovered = others.some(({ kind, library, precision }) => kind === "experts" && library === "vllm" && precision === "fp8");
  if (others.length === gpu.fits.length || !isCovered) return cluster;
  return { ...cluster, gpu: { ...gpu, fits: others } };
}

function isOfWholeExperts({ kind, library, precision }: Fit): boolean {
  return kind === "experts" && library === "sglang" && precision === "fp8";
}
