import type { DrawnLoad, LawNode } from "./law-node.ts";
import { LawNodes } from "./law-nodes.ts";

const OF_LOAD = 5;
const PLAIN = 8;

/** Known nodes of a table as bytes: numbers of eight bytes, as this machine writes them. */
export function bytesOfNodes({ nodes, exchanges }: LawNodes): Uint8Array {
  const numbers: number[] = [nodes.size];
  for (const { tokens, means, meanNs, errorNs, variance, third, missed, elsewhere, loads } of nodes.values()) {
    numbers.push(tokens, meanNs, errorNs, variance, third, missed, elsewhere, loads.length);
    for (const { layer, variance, most, rankVariance = Number.NaN, rankMost } of loads)
      numbers.push(layer, variance, most, rankVariance, rankMost);
    pushRow(numbers, means);
  }
  const rows = [...exchanges].flatMap(([tokens, known]) => [...known].map(([fullest, means]) => ({ tokens, fullest, means })));
  numbers.push(rows.length);
  for (const { tokens, fullest, means } of rows) {
    numbers.push(tokens, fullest);
    pushRow(numbers, means);
  }
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

function pushRow(numbers: number[], means: Float64Array): void {
  numbers.push(means.length);
  for (const mean of means) numbers.push(mean);
}

/** The nodes whose `bytes` these are; undefined of others. */
export function nodesOfBytes(bytes: Uint8Array): LawNodes | undefined {
  const reader = new Reader(bytes);
  const nodes = new LawNodes();
  const count = reader.count(PLAIN);
  for (let i = 0; i < count && reader.isWhole; i++) {
    const [tokens, meanNs, errorNs, variance, third, missed, elsewhere] = [0, 0, 0, 0, 0, 0, 0].map(() => reader.next()) as Seven;
    const loads = Array.from({ length: reader.count(OF_LOAD) }, () => loadOf(reader));
    const node: LawNode = { tokens, means: reader.row(), meanNs, errorNs, variance, third, missed, elsewhere, loads };
    nodes.addNode(node);
  }
  const rows = reader.count(2);
  for (let i = 0; i < rows && reader.isWhole; i++) nodes.addExchange(reader.next(), reader.next(), reader.row());
  return reader.isWhole && reader.isAtEnd ? nodes : undefined;
}

type Seven = [number, number, number, number, number, number, number];

function loadOf(reader: Reader): DrawnLoad {
  const [layer, variance, most, rankVariance] = [reader.next(), reader.next(), reader.next(), reader.next()];
  return { layer, variance, most, rankVariance: Number.isNaN(rankVariance) ? undefined : rankVariance, rankMost: reader.next() };
}

/** Reads numbers one after another, until some are missing. */
class Reader {
  readonly #numbers: Float64Array;
  #at = 0;
  isWhole: boolean;

  constructor(bytes: Uint8Array) {
    this.isWhole = bytes.length % 8 === 0;
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 8));
    this.#numbers = new Float64Array(new Uint8Array(whole).buffer); // a copy begins where numbers may
  }

  get isAtEnd(): boolean {
    return this.#at === this.#numbers.length;
  }

  next(): number {
    if (this.#at < this.#numbers.length) return this.#numbers[this.#at++]!;
    this.isWhole = false;
    return 0;
  }

  /** Number of items that follow, each of at least `each` numbers. */
  count(each: number): number {
    const count = this.next();
    if (Number.isInteger(count) && count >= 0 && count * each <= this.#numbers.length - this.#at) return count;
    this.isWhole = false;
    return 0;
  }

  row(): Float64Array {
    const length = this.count(1);
    this.#at += length;
    return this.#numbers.slice(this.#at - length, this.#at);
  }
}
