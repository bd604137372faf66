import type { ClusterSpec, Problem } from "@tokenyard/scenario";

/**
 * Problems that prevent `kernels: fitted`, `kernels: table` or `allReduce: fitted`: nothing was measured, or nothing of the requested
 * library.
 */
export function fitProblems(cluster: ClusterSpec): Problem[] {
  return [...kernelProblems(cluster), ...collectiveProblems(cluster)];
}

function collectiveProblems({ network }: ClusterSpec): Problem[] {
  if (network.allReduce !== "fitted" || network.fits?.some(({ kind }) => kind === "all-reduce")) return [];
  const wanted = "ring, two-shot, one-shot or fastest, or a network with fits of all-reduces: none was measured on this one";
  return [{ path: ["cluster", "network", "allReduce"], given: "fitted", wanted }];
}

function kernelProblems({ kernels, gpu }: ClusterSpec): Problem[] {
  if (kernels.kind === "roofline") return [];
  const { fits = [], multiprocessors } = gpu;
  if (kernels.kind === "table" && fits.length === 0) {
    if (kernels.library === undefined) return [];
    const wanted = "none: this GPU has no fits, so that kernels beside the measured ones follow the roofline";
    return [{ path: ["cluster", "kernels", "library"], given: kernels.library, wanted }];
  }
  if (fits.length === 0) {
    return [{ path: ["cluster", "kernels"], given: "fitted", wanted: "roofline, or a GPU with fits: no kernel was measured on this one" }];
  }
  const libraries = [...new Set(fits.map(({ library }) => library))];
  const { library } = kernels;
  return [
    ...(multiprocessors === undefined
      ? [{ path: ["cluster", "gpu", "multiprocessors"], given: "nothing", wanted: "their number: fitted kernels deal work to them" }]
      : []),
    ...(library === undefined || libraries.includes(library)
      ? []
      : [{ path: ["cluster", "kernels", "library"], given: library, wanted: `${libraries.join(" or ")}, whose kernels were measured` }]),
  ];
}
