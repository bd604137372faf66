import { type AttentionShape, bytesOf, type GroupedLinearShape, type KernelShape } from "@tokenyard/model";
import { type ClusterSpec, MEASURED_KERNELS, MEASURED_WORDS, type MeasuredKernel, type Precision } from "@tokenyard/scenario";
import { type PowerLaw, PowerLaws } from "./power-law.ts";

type TableSpec = Extract<ClusterSpec["kernels"], { kind: "table" }>;

/** A kernel that was measured. */
export interface MeasuredCell {
  /** Shapes that were measured: one, or several draws of a load whose mean time this is. */
  readonly shapes: readonly KernelShape[];
  /** Name shared with other loads of the same sizes, if loads between them count as measured. */
  readonly strand?: string;
  /** Format in which it multiplies. */
  readonly precision: Precision;
  readonly seconds: number;
}

/** All rows of the scenario's tables. Every kernel receives activations of 16 bits and quantises them inside. */
export function measuredCells({ files }: TableSpec): MeasuredCell[] {
  const laws = new PowerLaws();
  return files.flatMap(({ rows }) => rows.map((row) => cellOf(row, laws)));
}

function cellOf(row: readonly (string | number)[], laws: PowerLaws): MeasuredCell {
  const [kind, weights, precision] = row as [MeasuredKernel, Precision, Precision];
  const columns: readonly string[] = MEASURED_KERNELS[kind];
  const size = (column: string) => Number(row[MEASURED_WORDS.length + columns.indexOf(column)]);
  const formats = { weightBytes: bytesOf(weights), activationBytes: bytesOf("bf16"), precision };
  return { ...loadsOf(kind, size, formats, laws), precision, seconds: size("us") / 1e6 };
}

type Size = (column: string) => number;
type Formats = Pick<GroupedLinearShape, "weightBytes" | "activationBytes" | "precision">;

function loadsOf(kind: MeasuredKernel, size: Size, formats: Formats, laws: PowerLaws): Pick<MeasuredCell, "shapes" | "strand"> {
  switch (kind) {
    case "linear":
      return {
        shapes: [
          {
            kind: "linear",
            parts: 1,
            rows: size("rows"),
            inFeatures: size("inFeatures"),
            outFeatures: size("outFeatures"),
            ...formats,
          },
        ],
      };
    case "experts": {
      const [active, rows, groupRows] = [size("active"), size("rows"), size("groupRows")];
      return {
        shapes: [expertsOf(evenRows(rows, active, size("experts")), groupRows, size, formats)],
        strand: evenStrand(active, size("experts"), rows, groupRows),
      };
    }
    case "drawn-experts": {
      const law = {
        tokens: size("tokens"),
        topK: size("topK"),
        experts: size("experts"),
        ranks: size("ranks"),
        exponent: size("exponent"),
      };
      const groupRows = law.tokens * law.topK;
      return { shapes: laws.loadsOf(law).map((counts) => expertsOf(counts, groupRows, size, formats)), strand: drawnStrand(law) };
    }
    case "prefill":
      return { shapes: [attentionOf("attention-prefill", size, size("newTokens"), formats)] };
    case "decode":
      return { shapes: [attentionOf("attention-decode", size, size("sequences"), formats)] };
  }
}

/**
 * Name of the strand of evenly dealt rows: one for each ratio of the group's rows to the rank's, and, where not all reachable experts are
 * active, one for each number of active experts.
 */
export function evenStrand(active: number, experts: number, rows: number, groupRows: number): string {
  const dealt = active === Math.min(experts, rows) ? "all" : active;
  return `${dealt} ${groupRows / rows}`;
}

export function drawnStrand({ topK, ranks, exponent }: Pick<PowerLaw, "topK" | "ranks" | "exponent">): string {
  return `power law ${exponent}, ${topK} each, ${ranks} ranks`;
}

function expertsOf(rowsPerExpert: Float64Array, groupRows: number, size: Size, formats: Formats): KernelShape {
  const [inFeatures, innerFeatures, experts] = [size("inFeatures"), size("innerFeatures"), size("experts")];
  const matrix = (from: number, to: number): GroupedLinearShape => ({
    kind: "grouped-linear",
    rowsPerExpert,
    first: 0,
    experts,
    inFeatures: from,
    outFeatures: to,
    ...formats,
  });
  return { kind: "experts", up: matrix(inFeatures, 2 * innerFeatures), down: matrix(innerFeatures, inFeatures), groupRows };
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
