/** Replicas, each once, in the order in which they were first added. */
export class Touched {
  count = 0;
  /** [replicas] the first `count` of them */
  readonly replicas: Int32Array;
  /** [replicas] whether it is among them */
  readonly #isIn: Uint8Array;

  constructor(replicas: number) {
    this.replicas = new Int32Array(replicas);
    this.#isIn = new Uint8Array(replicas);
  }

  add(replica: number): void {
    if (this.#isIn[replica] === 1) return;
    this.#isIn[replica] = 1;
    this.replicas[this.count++] = replica;
  }

  addAll(): void {
    for (let replica = 0; replica < this.#isIn.length; replica++) this.add(replica);
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.#isIn[this.replicas[i]!] = 0;
    this.count = 0;
  }
}
