import type { Recording } from "../recording/recording.ts";
import { measured, percent } from "../text/quantity.ts";
import { placesOf } from "./places.ts";
import { label, svgText, units } from "./svg-picture.ts";

const [WIDTH, SIDE, TOP] = [960, 14, 66];
const COLOUR = "#2595fd";
const STRUCK = "#d30317";
const LEVELS = 16;

/** A picture of every GPU in its node, the deeper in colour the longer kernels ran on it against the others; those that a fault struck are crossed out. */
export function mapSvg(recording: Pick<Recording, "scenario" | "nodeOfRank" | "busyNs" | "opKinds" | "horizonNs" | "faults">): string {
  const { scenario, nodeOfRank, horizonNs } = recording;
  const shares = kernelShares(recording);
  const struck = struckRanks(recording);
  const { nodes, x, y, cell, height } = placesOf(nodeOfRank, WIDTH - 2 * SIDE);
  const most = Math.max(...shares);
  const byLevel = Array.from({ length: LEVELS + 1 }, () => "");
  for (const [rank, share] of shares.entries()) {
    const level = most === 0 ? 0 : Math.round((share / most) * LEVELS);
    byLevel[level] += `M${units(SIDE + x[rank]!)} ${units(TOP + y[rank]!)}h${cell}v${cell}h-${cell}z`;
  }
  const crosses = struck
    .map((rank) => [SIDE + x[rank]!, TOP + y[rank]!] as const)
    .map(([left, top]) => `M${units(left)} ${units(top)}l${cell} ${cell}M${units(left)} ${units(top + cell)}l${cell} -${cell}`);
  const names = nodes.filter(({ width }) => width >= 24);
  const title = `${scenario.name}: the cluster`;
  const words = wordsOf(shares, struck, nodes.length);
  return svgText({
    width: WIDTH,
    height: TOP + height + SIDE,
    title,
    words: `Kernels over ${measured(horizonNs / 1e9, "s")}: ${words}.`,
    body: [
      label(SIDE, 24, title, "name"),
      label(SIDE, 44, `time of kernels over ${measured(horizonNs / 1e9, "s")}: ${words}`, "faint"),
      ...names.map(({ node, x: left, y: top }) => label(SIDE + left + 4, TOP + top + 11, String(node), "faint")),
      ...byLevel.map((path, level) =>
        path === "" ? "" : `<path fill="${COLOUR}" fill-opacity="${units(0.08 + (0.92 * level) / LEVELS)}" d="${path}"/>`,
      ),
      ...(crosses.length === 0 ? [] : [`<path fill="none" stroke="${STRUCK}" stroke-width="2" d="${crosses.join("")}"/>`]),
    ].filter((mark) => mark !== ""),
  });
}

/** [ranks] time of kernels over that of the run */
function kernelShares({ nodeOfRank, busyNs, opKinds, horizonNs }: Parameters<typeof mapSvg>[0]): Float64Array {
  const isKernel = opKinds.map(({ name, lane }) => lane === "compute" && name !== "host");
  const each = busyNs.length / nodeOfRank.length;
  return Float64Array.from(nodeOfRank, (_, rank) => {
    let ns = 0;
    for (let at = 0; at < each; at++) if (isKernel[at % opKinds.length]) ns += busyNs[rank * each + at]!;
    return horizonNs === 0 ? 0 : ns / horizonNs;
  });
}

/** Ranks that faults took or slowed within the run, rising. */
function struckRanks({ faults = [], horizonNs }: Parameters<typeof mapSvg>[0]): number[] {
  const all = faults.flatMap(({ ranks, atNs, ranksLost, ranksSlowed }) => (atNs <= horizonNs && ranksLost + ranksSlowed > 0 ? ranks : []));
  return [...new Set(all)].sort((a, b) => a - b);
}

function wordsOf(shares: Float64Array, struck: readonly number[], nodes: number): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const named = (share: number) => `${percent(share)} on GPU ${shares.indexOf(share)}`;
  const spread = least === most ? "" : `, from ${named(least)} to ${named(most)}`;
  const hit = struck.length === 0 ? "" : `; ${struck.length === 1 ? `GPU ${struck[0]}` : `${struck.length} GPUs`} struck by faults`;
  return `${percent(mean)} in the mean of ${shares.length} GPUs in ${nodes === 1 ? "one node" : `${nodes} nodes`}${spread}${hit}`;
}
