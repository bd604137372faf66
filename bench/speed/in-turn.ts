import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Node processes that do something for each line that they are sent, and answer with numbers: one after the other, in another order each round, so that what else the machine does hits all alike. */
export class InTurn {
  readonly #processes: readonly ChildProcessByStdio<Writable, Readable, null>[];
  readonly #answers: readonly AsyncIterator<string>[];

  constructor(commands: readonly (readonly string[])[]) {
    this.#processes = commands.map((args) => spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] }));
    this.#answers = this.#processes.map(({ stdout }) => createInterface({ input: stdout })[Symbol.asyncIterator]());
  }

  /** [processes × rounds × numbers] what they answer; then they end. */
  async run(rounds: number): Promise<number[][][]> {
    const ran = this.#processes.map((): number[][] => []);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < ran.length; turn++) {
        const p = (round + turn) % ran.length;
        this.#processes[p]!.stdin.write("\n");
        const { value, done } = await this.#answers[p]!.next();
        if (done === true) throw new Error(`${this.#processes[p]!.spawnargs.join(" ")} ended before it answered`);
        ran[p]!.push(value.split(" ").map(Number));
      }
    }
    for (const { stdin } of this.#processes) stdin.end();
    return ran;
  }
}
