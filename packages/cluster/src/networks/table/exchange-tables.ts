import { exp, ln } from "@tokenyard/random";
import type { Point } from "../../kernels/table/lines.ts";
import { Mixture, type Sizes } from "../../kernels/table/mixture.ts";
import { SizedTable } from "../../kernels/table/sized-table.ts";
import type { ExchangeKernels } from "../../traffic.ts";
import type { MeasuredExchange } from "./measured-traffic.ts";

/** Squared distances of tables that differ only in the file, and for each unit of other differences. */
const FILE = 0.05;
const EXPERTS = 0.3;

/** Key of tables of exchanges. */
class ExchangeSizes implements Sizes<ExchangeSizes> {
  readonly reach = "all";
  readonly of: Omit<MeasuredExchange, "nodeBytes" | "fabricBytes" | "copies" | "multiprocessors" | "seconds">;

  constructor(of: ExchangeSizes["of"]) {
    this.of = of;
  }

  isLike({ of }: ExchangeSizes): boolean {
    const own = this.of;
    return own.dispatch === of.dispatch && own.phase === of.phase && own.nodes > 1 === of.nodes > 1;
  }

  isAlike(other: ExchangeSizes): boolean {
    const [own, { of }] = [this.of, other];
    const isSpread = own.ranks === of.ranks && own.nodes === of.nodes;
    return this.isLike(other) && isSpread && own.experts === of.experts && own.topK === of.topK && own.tokenBytes === of.tokenBytes;
  }

  equals(other: ExchangeSizes): boolean {
    return this.of.file === other.of.file && this.isAlike(other);
  }

  distanceTo({ of }: ExchangeSizes): number {
    const own = this.of;
    const apart = (a: number, b: number) => ln(a / b) * ln(a / b);
    const spread = apart(own.ranks, of.ranks) + apart(own.nodes, of.nodes);
    const token = apart(own.tokenBytes, of.tokenBytes) + apart(own.topK, of.topK) + EXPERTS * apart(own.experts, of.experts);
    return spread + token + (own.file === of.file ? 0 : FILE);
  }
}

interface Asked {
  readonly kernels: ExchangeKernels;
  readonly ranks: number;
  readonly nodes: number;
  /** Undefined where tables have nothing like it. */
  readonly mixture: Mixture<ExchangeSizes> | undefined;
  /** Place of the multiprocessors among lines. */
  readonly line: number;
  /** By copies: the ratio, negative where it is outside the grid. */
  readonly known: Map<number, number>;
}

const KEPT = 1 << 14;

/** Measured exchanges of tokens, which correct those of a network model. Source: docs/models/network.md#tables-of-traffic. */
export class ExchangeTables {
  /** Whether the last rank was inside the grid of exchanges of exactly its sizes. */
  isInside = false;
  /** Least ratio of an exchange's time to the model's. */
  readonly leastShare: number;
  readonly #tables: readonly SizedTable<ExchangeSizes>[];
  readonly #asked: Asked[] = [];
  readonly #place = { line: 0, along: 0 };
  readonly #multiprocessorsOf: (kernels: ExchangeKernels, nodes: number) => number | undefined;

  /** `model`: seconds of a row without tables. `multiprocessorsOf`: on how many kernels run that send tokens once. */
  constructor(
    rows: readonly MeasuredExchange[],
    model: (row: MeasuredExchange) => number,
    multiprocessorsOf: (kernels: ExchangeKernels, nodes: number) => number | undefined,
  ) {
    this.#multiprocessorsOf = multiprocessorsOf;
    const groups = new Map<string, { readonly sizes: ExchangeSizes; readonly points: Point[] }>();
    let least = 0;
    for (const row of rows) {
      const { dispatch, phase, file, ranks, nodes, experts, topK, tokenBytes, copies, multiprocessors, seconds } = row;
      if (copies === 0) continue;
      const key = [dispatch, phase, file, ranks, nodes, experts, topK, tokenBytes].join("/");
      const of = { dispatch, phase, file, ranks, nodes, experts, topK, tokenBytes };
      const group = groups.get(key) ?? { sizes: new ExchangeSizes(of), points: [] };
      groups.set(key, group);
      const value = ln(seconds / model(row));
      least = Math.min(least, value);
      group.points.push({ line: lineOf(multiprocessors), along: ln(copies), value });
    }
    this.#tables = [...groups.values()].map(({ sizes, points }) => new SizedTable(sizes, points));
    this.leastShare = exp(least);
  }

  /** Whether exchanges by such kernels follow tables. */
  covers(kernels: ExchangeKernels, ranks: number, nodes: number): boolean {
    return this.#askedOf(kernels, ranks, nodes).mixture !== undefined;
  }

  /**
   * Ratio of measured to modelled time of a rank that sends or receives `copies` copies (tokens where each goes to a rank once). Sets
   * `isInside`.
   */
  ratio(kernels: ExchangeKernels, ranks: number, nodes: number, copies: number): number {
    const { mixture, known, line } = this.#askedOf(kernels, ranks, nodes);
    this.isInside = false;
    if (mixture === undefined) return 1;
    let ratio = known.get(copies);
    if (ratio === undefined) {
      this.#place.line = line;
      this.#place.along = ln(copies);
      ratio = exp(mixture.at(this.#place)) * (mixture.holds(this.#place) ? 1 : -1);
      if (known.size >= KEPT) known.clear();
      known.set(copies, ratio);
    }
    this.isInside = ratio > 0;
    return Math.abs(ratio);
  }

  #askedOf(kernels: ExchangeKernels, ranks: number, nodes: number): Asked {
    for (const asked of this.#asked) if (asked.kernels === kernels && asked.ranks === ranks && asked.nodes === nodes) return asked;
    const made = this.#made(kernels, ranks, nodes);
    this.#asked.push(made);
    return made;
  }

  #made(kernels: ExchangeKernels, ranks: number, nodes: number): Asked {
    const { dispatch, phase, tokenBytes, routed } = kernels;
    const none = { kernels, ranks, nodes, mixture: undefined, line: 0, known: new Map() };
    if (routed === undefined) return none;
    const sizes = (file: number) => new ExchangeSizes({ dispatch, phase, file, ranks, nodes, tokenBytes, ...routed });
    const own = this.#tables.find((table) => table.sizes.isAlike(sizes(0)));
    const mixture = new Mixture(sizes(own?.sizes.of.file ?? 0), this.#tables);
    const multiprocessors = dispatch === "per-token" ? this.#multiprocessorsOf(kernels, nodes) : undefined;
    return mixture.isEmpty ? none : { ...none, mixture, line: lineOf(multiprocessors) };
  }
}

/** Line of a number of multiprocessors; kernels without a known number share one. */
function lineOf(multiprocessors: number | undefined): number {
  return multiprocessors === undefined ? 0 : ln(multiprocessors);
}
