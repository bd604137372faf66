import { createNetworkModel } from "@tokenyard/cluster";
import { clusterOf } from "./kernels/group.ts";
import { tableHead, tableLine } from "./page.ts";
import { numberOf, readTable } from "./table.ts";

/** Low-latency exchanges that DeepEP publishes of H800, and what its preset makes of them: every rank sends each of its copies to a rank of any. */
export function publishedExchanges(data: string): string {
  const rows = readTable(data, "all_to_all.csv").filter((row) => row["gpu"] === "h800" && row["us"] !== "");
  const network = createNetworkModel(clusterOf("h800", "hgx-h800-ndr"));
  const lines = rows.map((row) => {
    const phase = row["phase"] === "dispatch" ? "dispatch" : "combine";
    const tokenBytes = numberOf(row, "hidden") * (phase === "dispatch" ? 1 : 2);
    const n = numberOf(row, "ep");
    const ranks = Int32Array.from({ length: n }, (_, i) => i);
    const bytes = new Float64Array(n * n).fill((numberOf(row, "tokens") * numberOf(row, "topk") * tokenBytes) / n);
    const out = new Float64Array(n);
    network.allToAllSeconds(bytes, ranks, out, undefined, { dispatch: "per-copy", phase, tokenBytes });
    const [published, simulated] = [numberOf(row, "us"), out[0]! * 1e6];
    const off = `${simulated > published ? "+" : "−"}${Math.abs((simulated / published - 1) * 100).toFixed(0)} %`;
    return tableLine([phase, String(n), `${published.toFixed(0)} us`, `${simulated.toFixed(0)} us`, off]);
  });
  return `${tableHead(["", "GPUs", "published", "simulated", ""])}\n${lines.join("\n")}`;
}
