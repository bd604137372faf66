import { loadVariance, maxOverMean, type Phase } from "@tokenyard/model";
import { type Streams, uniformInteger } from "@tokenyard/random";
import type { DrawnLoad, LawNode } from "../law-tables/law-node.ts";
import type { LawNodes } from "../law-tables/law-nodes.ts";
import { fillTokens, LEAST, strideOf, turnOf } from "./draws/draw-order.ts";
import { DrawnSums } from "./draws/drawn-sums.ts";
import { ExchangeMoments } from "./exchange-moments.ts";
import type { LawDraw } from "./law-draw.ts";
import { type Between, between, fullestNodes, TokenGrid } from "./law-grid.ts";
import { LawMoments } from "./law-moments.ts";
import type { LawRows } from "./law-rows.ts";

/** Nodes are closer together if layers are alike, as steps by tiles of kernels show. docs/models/routing.md#uneven-experts-by-a-law */
const ALIKE_GRID = 1.05;
const UNLIKE_GRID = 1.2;
/** Largest standard error of a node's mean; and of exchanges alone, as a share of a layer's time: few passes depend on one such mean. */
const ERROR = 0.004;
const ERROR_OF_EXCHANGE = 0.006;
/** Draws of a node, at most. */
const MOST = 4096;

/** Layers that a table is of. */
export interface TableLayers {
  /** Layers of the model. */
  readonly layers: readonly number[];
  /** Whether all of them are one in the law: popularity and places are the same. */
  readonly areAlike: boolean;
}

/** Parts of a table. */
export interface TableParts {
  readonly layers: TableLayers;
  readonly rows: LawRows;
  /** Draw on a stage like all stages of the table. */
  readonly draw: LawDraw;
  readonly phase: Phase;
  /** Streams of the table alone. */
  readonly streams: Streams;
  /** Tokens of most passes, where they are known. */
  readonly steadyTokens: readonly number[];
  /** Nodes of tables with the same key. */
  readonly known: LawNodes;
}

/** Moments of the time of a pass with these tokens, with its expected misses and copies to other ranks. */
export interface LawPass {
  readonly tokens: Between;
  meanNs: number;
  variance: number;
  third: number;
  missed: number;
  elsewhere: number;
}

/**
 * The law of the routed part of passes of one phase through layers of a stage: experts depend on the number of all tokens, exchanges also
 * on those of the fullest data group. Nodes are drawn on first use, each from a stream of its own. Source:
 * docs/models/routing.md#uneven-experts-by-a-law.
 */
export class LawTable {
  readonly layers: TableLayers;
  readonly #rows: LawRows;
  readonly #draw: LawDraw;
  readonly #phase: Phase;
  readonly #streams: Streams;
  readonly #grid: TokenGrid;
  readonly #known: LawNodes;
  readonly #hasExchange: boolean;

  constructor({ layers, rows, draw, phase, streams, steadyTokens, known }: TableParts) {
    this.layers = layers;
    this.#rows = rows;
    this.#draw = draw;
    this.#phase = phase;
    this.#streams = streams;
    this.#known = known;
    this.#grid = new TokenGrid(layers.areAlike ? ALIKE_GRID : UNLIKE_GRID, steadyTokens);
    this.#hasExchange = rows.rows.some(({ isExchange }) => isExchange) && draw.tokens.length > 1;
  }

  node(tokens: number): LawNode {
    const known = this.#known.nodes.get(tokens);
    if (known !== undefined) return known;
    const node = this.#makeNode(tokens);
    this.#known.addNode(node);
    return node;
  }

  /** Fills `means`, in the order of `LawRows`, for a pass with `tokens` tokens, `fullest` of them in one data group. */
  look(tokens: number, fullest: number, means: Float64Array): LawPass {
    const around = this.#grid.around(tokens);
    const below = this.node(around.below);
    const above = this.node(around.above);
    mix(below.means, above.means, around.part, means);
    if (this.#hasExchange) this.#mixExchanges(around, fullest / tokens, means);
    const mixed = (key: "meanNs" | "variance" | "third" | "missed" | "elsewhere") => below[key] + (above[key] - below[key]) * around.part;
    let meanNs = 0;
    for (const row of this.#rows.rows) meanNs += this.#rows.spanNs(row, means);
    return {
      tokens: around,
      meanNs: meanNs * this.layers.layers.length,
      variance: mixed("variance"),
      third: mixed("third"),
      missed: mixed("missed"),
      elsewhere: mixed("elsewhere"),
    };
  }

  /** Numbers of exchanges follow from the fullest data group, too: straight between in its share, then in tokens. */
  #mixExchanges(around: Between, share: number, means: Float64Array): void {
    const lower = this.#exchangeAt(around.below, share);
    const upper = around.part === 0 ? lower : this.#exchangeAt(around.above, share);
    const { rows } = this.#rows;
    const size = this.#rows.length / rows.length;
    for (const { isExchange, first } of rows) {
      if (!isExchange) continue;
      for (let i = first; i < first + size; i++) means[i] = lower[i]! + (upper[i]! - lower[i]!) * around.part;
    }
  }

  #exchangeAt(tokens: number, share: number): Float64Array {
    const fullest = share * tokens;
    const { below, above, part } = between(fullestNodes(tokens, this.#draw.tokens.length), fullest);
    const lower = this.#exchange(tokens, below);
    if (part === 0) return lower;
    const upper = this.#exchange(tokens, above);
    const mixed = new Float64Array(lower.length);
    mix(lower, upper, part, mixed);
    return mixed;
  }

  #exchange(tokens: number, fullest: number): Float64Array {
    if (fullest === Math.ceil(tokens / this.#draw.tokens.length)) return this.node(tokens).means;
    const known = this.#known.exchanges.get(tokens)?.get(fullest);
    if (known !== undefined) return known;
    const means = this.#makeExchange(tokens, fullest);
    this.#known.addExchange(tokens, fullest, means);
    return means;
  }

  #makeNode(tokens: number): LawNode {
    const { layers, areAlike } = this.layers;
    const drawn = areAlike ? layers.slice(0, 1) : layers;
    const moments = new LawMoments(drawn.length, areAlike ? layers.length : 1);
    const stream = this.#streams.fresh(`${tokens}`);
    const even = Math.ceil(tokens / this.#draw.tokens.length);
    const whole = new DrawnSums(this.#rows.length);
    let round = new DrawnSums(this.#rows.length);
    for (let turn = 0; !isKnown(moments, turn); turn++) {
      for (const at of turnOf(drawn.length, turn)) {
        const number = moments.drawsOf(at);
        fillTokens(this.#draw.tokens, tokens, even, at + number);
        this.#draw.draw(drawn[at]!, this.#phase, stream, number);
        moments.add(at, this.#draw.tookNs);
        this.#add(round.sums, true);
        round.loads.push(this.#loadOf(at));
        round.missed += this.#draw.work.load!.missed;
        round.elsewhere += this.#draw.work.load!.elsewhere;
      }
      if (round.loads.length % drawn.length > 0) continue; // of some layers alone
      whole.addAll(round);
      round = new DrawnSums(this.#rows.length);
    }
    const { sums, loads, missed, elsewhere } = whole;
    const means = sums.map((sum) => sum / loads.length);
    const { mean: meanNs, error: errorNs, variance, third } = moments;
    const inAll = (copies: number) => (copies / loads.length) * layers.length;
    return { tokens, means, meanNs, errorNs, variance, third, missed: inAll(missed), elsewhere: inAll(elsewhere), loads };
  }

  /**
   * Exchange over layers of the whole stage, with any data group as the fullest. Exchanges vary little: their error is compared with the
   * time of the whole layer.
   */
  #makeExchange(tokens: number, fullest: number): Float64Array {
    const { layers, areAlike } = this.layers;
    const drawn = areAlike ? 1 : layers.length;
    const stride = strideOf(drawn);
    const stream = this.#streams.fresh(`${tokens}/${fullest}`);
    const means = new Float64Array(this.#rows.length);
    const { meanNs } = this.node(tokens);
    const moments = new ExchangeMoments(drawn, (ERROR_OF_EXCHANGE * meanNs) / layers.length);
    while (!moments.isKnown) {
      const at = (moments.count * stride) % drawn;
      fillTokens(this.#draw.tokens, tokens, fullest, uniformInteger(stream, 0, this.#draw.tokens.length - 1));
      this.#draw.draw(layers[at]!, this.#phase, stream, moments.drawsOf(at));
      this.#add(means, false);
      let spanNs = 0;
      for (const [i, { isExchange }] of this.#rows.rows.entries()) if (isExchange) spanNs += this.#draw.spansNs[i]!;
      moments.add(at, spanNs);
    }
    for (let i = 0; i < means.length; i++) means[i] = means[i]! / moments.count;
    return means;
  }

  /** Adds the numbers of the last draw to `sums`. */
  #add(sums: Float64Array, ofAll: boolean): void {
    const { rows } = this.#rows;
    for (let i = 0; i < rows.length; i++) {
      if (ofAll || rows[i]!.isExchange) this.#rows.add(rows[i]!, this.#draw.costs[i]!, this.#draw.spansNs[i]!, sums);
    }
  }

  #loadOf(layer: number): DrawnLoad {
    const { routed, rankRows } = this.#draw.work.load!;
    const isSpread = rankRows.length > 1 && rankRows.some((rows) => rows > 0);
    return {
      layer,
      variance: loadVariance(routed),
      most: maxOverMean(routed),
      rankVariance: isSpread ? loadVariance(rankRows) : undefined,
      rankMost: isSpread ? maxOverMean(rankRows) : 0,
    };
  }
}

/** Whether a node's mean is known well enough after `turns` turns. */
function isKnown(moments: LawMoments, turns: number): boolean {
  if (turns < 2 || moments.count < LEAST) return false;
  return moments.count >= MOST || moments.error <= ERROR * moments.mean;
}

/** Fills `out` by interpolation between `lower` and `upper`. */
function mix(lower: Float64Array, upper: Float64Array, part: number, out: Float64Array): void {
  if (part === 0) out.set(lower);
  else for (let i = 0; i < out.length; i++) out[i] = lower[i]! + (upper[i]! - lower[i]!) * part;
}
