import * as z from "zod";
import { means } from "../language/means.ts";
import { withTrait } from "../language/trait.ts";
import { either } from "../language/wanted.ts";
import { LIBRARIES } from "./fit.ts";

const COLLECTIVE = ["ranks", "nodes", "bytes", "us"] as const;
const EXCHANGE = ["ranks", "nodes", "experts", "topK", "tokens", "tokenBytes"] as const;

/**
 * Columns of measured traffic, by kind, after `traffic` and `library`. `ranks` are spread evenly over `nodes`; `us` is the time in
 * microseconds until all of them are done.
 */
export const MEASURED_TRAFFIC = {
  /** `bytes` are those of the whole buffer: of each rank before an all-reduce or a reduce-scatter, and after an all-gather. */
  "all-reduce": COLLECTIVE,
  "all-gather": COLLECTIVE,
  "reduce-scatter": COLLECTIVE,
  "all-to-all": COLLECTIVE,
  /** From one rank to another on the same node (1), or on another (2). */
  send: ["nodes", "bytes", "us"],
  /**
   * Exchange in which each rank's `tokens` of `tokenBytes` choose `topK` of the `experts` of all ranks evenly, by kernels that send a token
   * to a rank once, on `multiprocessors` multiprocessors.
   */
  "per-token-dispatch": [...EXCHANGE, "multiprocessors", "us"],
  "per-token-combine": [...EXCHANGE, "multiprocessors", "us"],
  /** The exchange by kernels that send each copy separately. */
  "per-copy-dispatch": [...EXCHANGE, "us"],
  "per-copy-combine": [...EXCHANGE, "us"],
} as const;

export type MeasuredTraffic = keyof typeof MEASURED_TRAFFIC;

/** Cells before the sizes in a row. */
export const TRAFFIC_WORDS = ["traffic", "library"] as const;

export const TRAFFIC_LIBRARIES = [...LIBRARIES, "nccl", "deepep"] as const;

const KINDS = Object.keys(MEASURED_TRAFFIC) as MeasuredTraffic[];
const MOST_ROWS = 200_000;
const MOST_BYTES = 1e15;
const LEAST: Readonly<Record<string, number>> = { ranks: 2 };
const MOST: Readonly<Record<string, number>> = {
  ranks: 100_000,
  nodes: 100_000,
  experts: 65_536,
  topK: 65_536,
  tokens: 1e9,
  tokenBytes: 1e9,
  multiprocessors: 10_000,
};
const FRACTIONS: readonly string[] = ["bytes", "tokens", "tokenBytes", "us"];

/** A row: kind, library, and its sizes and time in the order of `MEASURED_TRAFFIC`. */
const row = () =>
  z.array(z.union([z.string().max(100), z.number()])).superRefine((cells, context) => {
    const wrong = (at: number, message: string) =>
      context.addIssue({ code: "custom", path: at < cells.length ? [at] : [], message, input: cells });
    const [kind = "", library = ""] = cells;
    const columns: readonly string[] | undefined = isKind(kind) ? MEASURED_TRAFFIC[kind] : undefined;
    if (columns === undefined) return wrong(0, `traffic: ${either(KINDS)}`);
    if (!(TRAFFIC_LIBRARIES as readonly unknown[]).includes(library)) wrong(1, `library: ${either(TRAFFIC_LIBRARIES)}`);
    for (const [at, column] of columns.entries()) {
      const place = at + TRAFFIC_WORDS.length;
      const problem = sizeProblem(column, cells[place], kind === "send" && column === "nodes" ? 2 : MOST[column]);
      if (problem !== undefined) wrong(place, `${column} of ${kind}: ${problem}`);
    }
    const place = (column: string) => TRAFFIC_WORDS.length + columns.indexOf(column);
    const [ranks, nodes] = [cells[place("ranks")], cells[place("nodes")]];
    if (columns.includes("ranks") && typeof ranks === "number" && typeof nodes === "number" && nodes >= 1 && ranks % nodes !== 0)
      wrong(place("nodes"), `nodes of ${kind}: a number that divides ${ranks}, its ranks`);
    const [topK, experts] = [cells[place("topK")], cells[place("experts")]];
    if (columns.includes("topK") && typeof topK === "number" && typeof experts === "number" && topK > experts)
      wrong(place("topK"), `topK of ${kind}: at most ${experts}, its experts`);
    const end = columns.length + TRAFFIC_WORDS.length;
    if (cells.length > end) wrong(end, `nothing: ${kind} has no more columns`);
  });

/** Legal values of a cell; undefined for a legal one. */
function sizeProblem(column: string, cell: unknown, most = MOST_BYTES): string | undefined {
  if (column === "us") return typeof cell === "number" && cell > 0 && cell <= MOST_BYTES ? undefined : "microseconds, over 0";
  const least = LEAST[column] ?? 1;
  const isWhole = !FRACTIONS.includes(column);
  if (typeof cell === "number" && cell >= least && cell <= most && (!isWhole || Number.isInteger(cell))) return undefined;
  return `a ${isWhole ? "whole " : ""}number from ${least} to ${most >= 1e9 ? most.toExponential().replace("+", "") : most}`;
}

export function trafficTableSchema() {
  return withTrait(
    z.strictObject({
      path: z.string().min(1).max(1000).apply(means, "path of the file, as in the scenario"),
      sha256: z.string().min(1).max(64).apply(means, "SHA-256 of the file"),
      rows: z.array(row()).max(MOST_ROWS).apply(means, "measured traffic: kind, library, sizes and microseconds"),
    }),
    { table: { first: TRAFFIC_WORDS, ofKind: MEASURED_TRAFFIC } },
  );
}

function isKind(kind: unknown): kind is MeasuredTraffic {
  return typeof kind === "string" && Object.hasOwn(MEASURED_TRAFFIC, kind);
}
