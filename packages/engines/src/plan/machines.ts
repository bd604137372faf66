import { PRESETS } from "@tokenyard/scenario";

/** The network of the nodes that a GPU is sold in; the first that matches. */
const NETWORKS: readonly (readonly [gpu: RegExp, network: string, perNode: number])[] = [
  [/^a100/, "hgx-a100-hdr", 8],
  [/^gb300/, "nvl72-xdr", 72],
  [/^gb200/, "nvl72", 72],
  [/^b300/, "hgx-b300-xdr", 8],
  [/^b200/, "hgx-b200-ndr", 8],
  [/^mi3/, "{ kind: two-tier, node: infinity-fabric, fabric: roce-400 }", 8],
  [/^(l40s|rtx)/, "{ kind: two-tier, node: pcie4, fabric: infiniband-ndr }", 8],
  [/^h800/, "hgx-h800-ndr", 8],
  [/./, "hgx-h100-ndr", 8],
];

/** The network of `gpu`, as a scenario names it, and the GPUs of a node. */
export function machineOf(gpu: string): { readonly network: string; readonly perNode: number } {
  const [, network, perNode] = NETWORKS.find(([pattern]) => pattern.test(gpu))!;
  return { network, perNode };
}

/** Whether kernels of `gpu` were measured, so that an engine runs on it unasked. */
export function isMeasured(gpu: string): boolean {
  return PRESETS.gpu[gpu]?.beside !== undefined;
}
