import { type Errors, errorsOf } from "./errors.ts";
import { gpusText } from "./kernels/collectives.ts";
import { fittedTraffic, heldOutTraffic, isFitted, type Tiers, trafficGroups } from "./kernels/exchanges.ts";
import { trafficFitText } from "./kernels/fit-text.ts";
import { clusterOf, PRESET_OF } from "./kernels/group.ts";
import { tabledTraffic } from "./kernels/tabled-traffic.ts";
import { tableHead, tableLine } from "./page.ts";
import { publishedExchanges } from "./published-exchanges.ts";
import type { Scored } from "./stratum.ts";
import { dataFolder } from "./table.ts";

interface Link extends Tiers {
  /** File of the presets' fits that its GPU's measurements decide. */
  readonly file?: string;
  readonly fabricFile?: string;
}

/** By the GPU's name in the tables: the tiers of its preset, and what their makers say that they carry in one direction. */
export const LINKS: Readonly<Record<string, Link>> = {
  a100: { ...tiersOf("hgx-a100-hdr", 300e9, 25e9), file: "nvlink3" },
  h100: { ...tiersOf("hgx-h100-ndr", 450e9, 50e9), file: "nvlink4", fabricFile: "infiniband-ndr" },
  b200: { ...tiersOf("hgx-b200-ndr", 900e9, 50e9), file: "nvlink5" },
};

function tiersOf(network: string, nodePeak: number, fabricPeak: number): Tiers {
  const { node, fabric } = clusterOf("h100-sxm", network).network;
  return { node, fabric, nodePeak, fabricPeak };
}

const WANTED: Readonly<Record<string, string>> = { "per-token node": "9 / 22", "per-copy fabric": "3 / 6" };

/** Scores fits of exchanges and sends, and returns those of the presets by file, which are to all rows that a fit is made for. */
export function scoredTraffic() {
  const entries: Record<string, string[]> = {};
  const scored: Scored[] = [];
  const rows: string[] = [];
  for (const group of trafficGroups(dataFolder())) {
    if (group.gpu === "a100" && group.over === "fabric") continue; // an adapter with less than a third of HDR
    const tiers = LINKS[group.gpu]!;
    const { measured, predicted, errors, tierErrors, beyond, seen, rest, predict } = heldOutTraffic(group, tiers);
    const byTable = tabledTraffic(group, seen, rest, predict);
    const isExchange = group.kind === "exchange";
    const way = isExchange ? `${group.dispatch} ${group.over}` : undefined;
    scored.push({
      kind: group.kind,
      gpu: group.gpu,
      ...(way === undefined ? {} : { way }),
      heldOut: { predicted, measured },
      unseen: undefined,
      tabled: { predicted: byTable, measured },
    });
    const name = isExchange ? `${group.phase} ${group.dispatch}` : "send";
    const place = `${group.over === "node" ? "in a node" : "over nodes"}, ${isExchange ? gpusText(group.gpu) : `\`${PRESET_OF[group.gpu]}\``}`;
    const asked = way === undefined ? "" : (WANTED[way] ?? "");
    const far = beyond.errors.rows === 0 ? "" : cell(beyond.errors);
    const ratio = errors.medianRatio.toFixed(2);
    rows.push(
      tableLine([
        `${name} ${place}`,
        String(measured.length),
        cell(tierErrors),
        cell(errors),
        cell(errorsOf(byTable, measured)),
        ratio,
        far,
        asked,
      ]),
    );
    const file = group.over === "node" ? tiers.file : tiers.fabricFile;
    if (file === undefined) continue;
    const coefficients = fittedTraffic(
      group,
      group.samples.filter((sample) => isFitted(group, sample)),
      tiers,
    );
    entries[file] = [...(entries[file] ?? []), trafficFitText(group, coefficients, errors)];
  }
  return { entries, scored, section: sectionOf(rows) };
}

function cell({ median, p90 }: Errors): string {
  return `${(median * 100).toFixed(1)} / ${(p90 * 100).toFixed(0)}`;
}

function sectionOf(rows: readonly string[]): string {
  return `## Exchanges of tokens, and sends

[Fitted exchanges](models/network.md#fitted-exchanges) of DeepEP's normal kernels (per token; 4 to 24 multiprocessors, to 131,072 tokens a rank) and low-latency ones (per copy;
to 2,048 tokens a rank in a node, 256 over nodes), eight GPUs a node, against the tiers of the network's preset with latencies that grow with the peers, on the half that
the fit did not see. H100 and H200 have the same links and one fit; over nodes, many rows of H200 repeat those of H100.

${tableHead(["traffic", "rows", "tiers", "held out", "table", "predicted / measured", "over 8 nodes", "wanted"])}
${rows.join("\n")}

*Per copy over nodes*: the same exchange of 256 and of 288 experts differs by up to 8 %, with no order in it, so a 90th percentile of 5 % is about what the measurement itself has.

*over 8 nodes*: normal kernels ran there at less than half of what they reached over four, with any number of multiprocessors, 22 GB/s of a 50 GB/s adapter; DeepEP states 45 GB/s of
the same on H800. No form has both. The fits are of two and four nodes, so what such a cluster loses on more is not in them.

What DeepEP publishes of H800 (128 tokens a rank of 7,168 numbers, 8 of 256 experts, dispatch in fp8, combine in bf16), which no fit saw, against \`hgx-h800-ndr\` with its coefficients
borrowed from H100:

${publishedExchanges(dataFolder())}`;
}
