import { parseQuantity } from "../quantities/quantity.ts";
import type { ClusterSpec } from "../schema/machines/cluster.ts";
import { gpuByValues } from "./known-by-values.ts";
import type { Preset } from "./preset.ts";
import { PRESETS } from "./registry.ts";

/** A GPU preset on the network of another one, with the network that it is sold on. */
export interface ForeignNetwork {
  readonly gpu: string;
  readonly network: string;
  readonly own: string;
  /** Between GPUs of a node of either network: B/s and seconds. */
  readonly node: NodeTier;
  readonly ownNode: NodeTier;
}

interface NodeTier {
  readonly bandwidth: number;
  readonly latency: number;
}

/**
 * Whether `cluster` joins a GPU preset to the network preset of other GPUs. Presets are recognised by their values, which are all that a resolved
 * scenario keeps; undefined where either was changed, or where no network preset names the GPU.
 */
export function foreignNetworkOf({ gpu, network }: ClusterSpec): ForeignNetwork | undefined {
  if (network.kind !== "two-tier") return undefined;
  const name = gpuByValues(gpu);
  const found = nameOf(PRESETS.network, (preset) => {
    const { bandwidth, latency } = nodeOf(preset);
    return network.node.bandwidth === bandwidth && network.node.latency === latency;
  });
  if (name === undefined || found === undefined || PRESETS.network[found]!.gpus?.includes(name) === true) return undefined;
  const own = nameOf(PRESETS.network, ({ gpus }) => gpus?.includes(name) === true);
  if (own === undefined || isAlike(nodeOf(PRESETS.network[own]!), network.node)) return undefined;
  return { gpu: name, network: found, own, node: nodeOf(PRESETS.network[found]!), ownNode: nodeOf(PRESETS.network[own]!) };
}

function nameOf(presets: Readonly<Record<string, Preset>>, matches: (preset: Preset) => boolean): string | undefined {
  return Object.keys(presets).find((name) => matches(presets[name]!));
}

function nodeOf({ values }: Preset): NodeTier {
  const { node } = values as { node: string };
  const { bandwidth, latency } = PRESETS.tier[node]!.values as { bandwidth: string; latency: string };
  return { bandwidth: numberOf(bandwidth, "B/s"), latency: numberOf(latency, "s") };
}

function isAlike(a: NodeTier, b: NodeTier): boolean {
  return a.bandwidth === b.bandwidth && a.latency === b.latency;
}

function numberOf(text: string, unit: "B/s" | "s"): number {
  const value = parseQuantity(text, unit);
  if (typeof value !== "number") throw new Error(`a preset's ${text} is no quantity in ${unit}`);
  return value;
}
