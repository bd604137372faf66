import * as z from "zod";
import { means } from "../language/means.ts";
import { withTrait } from "../language/trait.ts";
import { either } from "../language/wanted.ts";
import { PRECISIONS } from "../precision.ts";

/**
 * Columns of measured kernels, by kernel, after `kernel`, `weights` (the format that weights are stored in; of attention, that of the cache) and
 * `precision` (in which they multiply). Sizes are those of one rank; `us` is the time of one kernel in microseconds.
 */
export const MEASURED_KERNELS = {
  /** `rows` activations times a matrix. */
  linear: ["inFeatures", "outFeatures", "rows", "us"],
  /**
   * The routed experts of a rank, gate, up and down: `rows` copies for `active` of its `experts`; `groupRows` are those of all ranks that
   * are passed to the kernel.
   */
  experts: ["inFeatures", "innerFeatures", "experts", "active", "rows", "groupRows", "us"],
  /**
   * The rank with the most copies out of `ranks`, each with `experts` experts, where `tokens` choose `topK` experts each by a popularity
   * drawn from a power law with this `exponent`: the mean time of several draws.
   */
  "drawn-experts": ["inFeatures", "innerFeatures", "experts", "ranks", "topK", "tokens", "exponent", "us"],
  /** Attention of prompts: tokens of all of them, new ones and those of the context, themselves among them. */
  prefill: ["heads", "kvHeads", "keySize", "valueSize", "sequences", "newTokens", "contextTokens", "us"],
  /** Attention of decoding sequences, a new token each. */
  decode: ["heads", "kvHeads", "keySize", "valueSize", "sequences", "contextTokens", "us"],
} as const;

export type MeasuredKernel = keyof typeof MEASURED_KERNELS;

/** Cells before the sizes in a row. */
export const MEASURED_WORDS = ["kernel", "weights", "precision"] as const;

/** Sizes of which the first is at most the second. */
export const NO_MORE_THAN: Readonly<Record<MeasuredKernel, readonly (readonly [string, string])[]>> = {
  linear: [],
  experts: [
    ["active", "experts"],
    ["active", "rows"],
  ],
  "drawn-experts": [],
  prefill: [
    ["kvHeads", "heads"],
    ["sequences", "newTokens"],
    ["newTokens", "contextTokens"],
  ],
  decode: [
    ["kvHeads", "heads"],
    ["sequences", "contextTokens"],
  ],
};

/** Most experts of a model; other sizes are limited by what a number holds. */
const MOST_EXPERTS = 65_536;
const MOST_SIZE = 1e12;
/** How often which experts had which copies is drawn again, of a row of `drawn-experts`: it was not kept. */
export const EXPERT_DRAWS = 32;

/** Limits of a power law: with a higher exponent all draws are alike, and no kernel processes more tokens. */
const LAW_SIZES: Readonly<Record<string, number>> = { exponent: 10, tokens: 1e9 };

const KINDS = Object.keys(MEASURED_KERNELS) as MeasuredKernel[];
const MOST_ROWS = 200_000;

/** A row: kernel, weights, precision, and its sizes and time in the order of `MEASURED_KERNELS`. */
const row = z.array(z.union([z.string().max(100), z.number()])).superRefine((cells, context) => {
  const wrong = (at: number, message: string) =>
    context.addIssue({ code: "custom", path: at < cells.length ? [at] : [], message, input: cells });
  const [kind = "", weights = "", precision = ""] = cells;
  const columns: readonly string[] | undefined = isKind(kind) ? MEASURED_KERNELS[kind] : undefined;
  if (columns === undefined) return wrong(0, `kernel: ${either(KINDS)}`);
  for (const [at, format] of [weights, precision].entries()) {
    if (!(PRECISIONS as readonly unknown[]).includes(format)) wrong(at + 1, `${MEASURED_WORDS[at + 1]}: ${either(PRECISIONS)}`);
  }
  for (const [at, column] of columns.entries()) {
    const cell = cells[at + MEASURED_WORDS.length];
    const most = column === "experts" ? MOST_EXPERTS : (LAW_SIZES[column] ?? MOST_SIZE);
    const isAnyOverZero = column === "us" || column === "exponent";
    const fits = typeof cell === "number" && (isAnyOverZero ? cell > 0 : cell >= 1) && cell <= most;
    if (!fits) wrong(at + MEASURED_WORDS.length, `${column} of ${kind}: ${wantedOf(column, most)}`);
  }
  for (const [fewer, more] of NO_MORE_THAN[kind as MeasuredKernel]) {
    const place = MEASURED_WORDS.length + columns.indexOf(fewer);
    const [few, many] = [cells[place], cells[MEASURED_WORDS.length + columns.indexOf(more)]];
    if (typeof few === "number" && typeof many === "number" && few > many)
      wrong(place, `${fewer} of ${kind}: at most ${many}, its ${more}`);
  }
  if (kind === "drawn-experts") checkLaw(columns, cells, wrong);
  if (cells.length > columns.length + MEASURED_WORDS.length)
    wrong(columns.length + MEASURED_WORDS.length, `nothing: ${kind} has no more columns`);
});

function wantedOf(column: string, most: number): string {
  if (column === "us") return "microseconds, over 0";
  if (column === "exponent") return `a number over 0, up to ${most}`;
  return `a number from 1 to ${most === MOST_SIZE ? "1e12" : most}`;
}

/** Whole experts, ranks and tokens, that can be dealt. */
function checkLaw(columns: readonly string[], cells: readonly unknown[], wrong: (at: number, message: string) => void): void {
  const at = (column: string) => MEASURED_WORDS.length + columns.indexOf(column);
  const size = (column: string) => cells[at(column)];
  for (const column of ["experts", "ranks", "topK", "tokens"]) {
    const cell = size(column);
    if (typeof cell === "number" && cell >= 1 && !Number.isInteger(cell)) wrong(at(column), `${column} of drawn-experts: a whole number`);
  }
  const [experts, ranks, topK] = [size("experts"), size("ranks"), size("topK")];
  if (typeof experts !== "number" || typeof ranks !== "number" || typeof topK !== "number") return;
  if (experts * ranks > MOST_EXPERTS) wrong(at("ranks"), `ranks of drawn-experts: at most ${MOST_EXPERTS} experts on all of them`);
  else if (topK > experts * ranks) wrong(at("topK"), `topK of drawn-experts: at most ${experts * ranks}, the experts of all ranks`);
}

export function kernelTableSchema() {
  return withTrait(
    z.strictObject({
      path: z.string().min(1).max(1000).apply(means, "path of the file, as in the scenario"),
      sha256: z.string().min(1).max(64).apply(means, "SHA-256 of the file"),
      rows: z.array(row).max(MOST_ROWS).apply(means, "measured kernels: kernel, weights, precision, sizes and microseconds"),
    }),
    { table: { first: MEASURED_WORDS, ofKind: MEASURED_KERNELS } },
  );
}

function isKind(kind: unknown): kind is MeasuredKernel {
  return typeof kind === "string" && Object.hasOwn(MEASURED_KERNELS, kind);
}
