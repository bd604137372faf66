import { type AttentionShape, bytesOf, type GroupedLinearShape, type KernelShape } from "@tokenyard/model";
import { type ClusterSpec, MEASURED_KERNELS, MEASURED_WORDS, type MeasuredKernel, type Precision } from "@tokenyard/scenario";

type TableSpec = Extract<ClusterSpec["kernels"], { kind: "table" }>;

/** A kernel that was measured. */
export interface MeasuredCell {
  readonly shape: KernelShape;
  /** In which it multiplies. */
  readonly precision: Precision;
  readonly seconds: number;
}

/** All rows of the scenario's tables. Activations of 16 bits come to every kernel, and are quantised inside. */
export function measuredCells({ files }: TableSpec): MeasuredCell[] {
  return files.flatMap(({ rows }) => rows.map(cellOf));
}

function cellOf(row: readonly (string | number)[]): MeasuredCell {
  const [kind, weights, precision] = row as [MeasuredKernel, Precision, Precision];
  const columns: readonly string[] = MEASURED_KERNELS[kind];
  const size = (column: string) => Number(row[MEASURED_WORDS.length + columns.indexOf(column)]);
  return { shape: shapeOf(kind, size, weights, precision), precision, seconds: size("us") / 1e6 };
}

type Size = (column: string) => number;

function shapeOf(kind: MeasuredKernel, size: Size, weights: Precision, precision: Precision): KernelShape {
  const formats = { weightBytes: bytesOf(weights), activationBytes: bytesOf("bf16"), precision };
  switch (kind) {
    case "linear":
      return {
        kind: "linear",
        parts: 1,
        rows: size("rows"),
        inFeatures: size("inFeatures"),
        outFeatures: size("outFeatures"),
        ...formats,
      };
    case "experts": {
      const [inFeatures, innerFeatures, experts] = [size("inFeatures"), size("innerFeatures"), size("experts")];
      const rowsPerExpert = evenRows(size("rows"), size("active"), experts);
      const matrix = (from: number, to: number): GroupedLinearShape => ({
        kind: "grouped-linear",
        rowsPerExpert,
        first: 0,
        experts,
        inFeatures: from,
        outFeatures: to,
        ...formats,
      });
      return {
        kind: "experts",
        up: matrix(inFeatures, 2 * innerFeatures),
        down: matrix(innerFeatures, inFeatures),
        groupRows: size("groupRows"),
      };
    }
    case "prefill":
      return attentionOf("attention-prefill", size, size("newTokens"), formats);
    case "decode":
      return attentionOf("attention-decode", size, size("sequences"), formats);
  }
}

function attentionOf(
  kind: AttentionShape["kind"],
  size: Size,
  newTokens: number,
  { weightBytes: kvBytes, activationBytes, precision }: { weightBytes: number; activationBytes: number; precision: Precision },
): AttentionShape {
  const [heads, kvHeads, keySize, valueSize] = [size("heads"), size("kvHeads"), size("keySize"), size("valueSize")];
  const [sequences, contextTokens] = [size("sequences"), size("contextTokens")];
  const latent = keySize !== valueSize; // a value is part of the key, or both come out of a row that is compressed
  const past = (contextTokens - newTokens) / sequences;
  const fresh = newTokens / sequences;
  return {
    kind,
    latent,
    heads,
    kvHeads,
    keySize,
    valueSize,
    cachedSize: latent && kind === "attention-decode" ? keySize : keySize + valueSize,
    sequences,
    newTokens,
    contextTokens,
    pairs: sequences * (fresh * past + (fresh * (fresh + 1)) / 2),
    kvBytes: latent && kind === "attention-prefill" ? activationBytes : kvBytes, // what was made of the cache is no cache
    activationBytes,
    precision,
  };
}

/** `rows` dealt evenly to the first `active` of `experts`. */
function evenRows(rows: number, active: number, experts: number): Float64Array {
  const each = Math.floor(rows / active);
  return Float64Array.from({ length: experts }, (_, e) => (e < active ? each + (e < rows - each * active ? 1 : 0) : 0));
}
