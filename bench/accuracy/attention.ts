import { type AttentionShape, bytesOf } from "@tokenyard/model";
import { type Sample, sampleOf } from "./sample.ts";
import { numberOf, type Row } from "./table.ts";

/** Causal attention over whole prompts without a past. Families: `prefill bf16` and by format of the cache. */
export function prefillSamples(rows: readonly Row[]): Sample[] {
  return rows.filter(isPlain).map((row) => {
    const batch = numberOf(row, "batch");
    const tokens = numberOf(row, "seq");
    const pairs = (batch * tokens * (tokens + 1)) / 2;
    return sampleOf(row, `prefill ${formatOf(row)}`, [shapeOf(row, "attention-prefill", batch, batch * tokens, batch * tokens, pairs)]);
  });
}

/** One new token for each of `batch` sequences. Families: `decode bf16` and by format of the cache. */
export function decodeSamples(rows: readonly Row[]): Sample[] {
  return rows.filter(isPlain).map((row) => {
    const batch = numberOf(row, "batch");
    const context = batch * numberOf(row, "kv_len");
    return sampleOf(row, `decode ${formatOf(row)}`, [shapeOf(row, "attention-decode", batch, batch, context, context)]);
  });
}

/** Grouped heads and no window: what a scenario can say. */
function isPlain(row: Row): boolean {
  return row["kind"] === "gqa" && row["window"] === "0" && row["dtype"] === "bf16";
}

function formatOf(row: Row): string {
  return row["kv_dtype"] === "bf16" ? "bf16" : `${row["kv_dtype"]} cache`;
}

function shapeOf(
  row: Row,
  kind: AttentionShape["kind"],
  sequences: number,
  newTokens: number,
  contextTokens: number,
  pairs: number,
): AttentionShape {
  return {
    kind,
    latent: false,
    heads: numberOf(row, "heads"),
    kvHeads: numberOf(row, "kv_heads"),
    keySize: numberOf(row, "head_dim"),
    valueSize: numberOf(row, "head_dim"),
    cachedSize: 2 * numberOf(row, "head_dim"),
    sequences,
    newTokens,
    contextTokens,
    pairs,
    kvBytes: bytesOf(row["kv_dtype"] === "fp8" ? "fp8" : "bf16"),
    activationBytes: bytesOf("bf16"),
    precision: "bf16",
  };
}
