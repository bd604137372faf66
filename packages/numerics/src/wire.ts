import type { Work } from "@tokenyard/program";

/** Numbers that one rank has sent another in ops of one kind. */
export interface Sent {
  readonly work: Work;
  readonly from: number;
  readonly to: number;
  numbers: number;
}

/** More than any plan has ranks. */
const PAIRS = 1_048_576;

/** The only way from rank to rank: it carries rows and counts their numbers. Ranks are global. */
export class Wire {
  readonly #gpusPerNode: number;
  /** By kind of op, and by pair: `from · PAIRS + to`. */
  readonly #sent = new Map<Work, Map<number, Sent>>();
  /** Current op. */
  #work: Work = "host";
  #sentByWork = new Map<number, Sent>();
  /** Numbers of it that went to ranks of the same node, and of others. */
  node = 0;
  fabric = 0;

  constructor(gpusPerNode: number) {
    this.#gpusPerNode = gpusPerNode;
  }

  /** An op begins: nothing of it has gone anywhere. */
  begin(work: Work): void {
    this.#work = work;
    this.#sentByWork = this.#sent.get(work) ?? new Map<number, Sent>();
    this.#sent.set(work, this.#sentByWork);
    this.node = 0;
    this.fabric = 0;
  }

  /** `numbers` numbers go from one rank to another; to itself a rank sends nothing. */
  carry(from: number, to: number, numbers: number): void {
    if (from === to) return;
    if (this.nodeOf(from) === this.nodeOf(to)) this.node += numbers;
    else this.fabric += numbers;
    const pair = from * PAIRS + to;
    const sent = this.#sentByWork.get(pair);
    if (sent === undefined) this.#sentByWork.set(pair, { work: this.#work, from, to, numbers });
    else sent.numbers += numbers;
  }

  nodeOf(rank: number): number {
    return Math.floor(rank / this.#gpusPerNode);
  }

  /** Everything sent, by kind of op and pair. */
  sent(): Sent[] {
    return [...this.#sent.values()].flatMap((pairs) => [...pairs.values()]);
  }
}
