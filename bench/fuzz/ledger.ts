import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SliceResult } from "./slice.ts";

/** What a campaign has found so far, in a folder: a line for each slice, so that one that was broken off goes on, and a file for each fault. */
export class Ledger {
  readonly #folder: string;
  readonly #file: string;
  readonly #seed: number;
  readonly results: Omit<SliceResult, "faults">[];

  constructor(folder: string, seed: number) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#seed = seed;
    this.#file = join(folder, `seed-${seed}.jsonl`);
    this.results = existsSync(this.#file) ? readFileSync(this.#file, "utf8").split("\n").flatMap(resultOf) : [];
  }

  /** Ranges of cases between `from` and `to` that were not tried yet, at most `most` at once. */
  *untried(from: number, to: number, most: number): Iterable<{ readonly from: number; readonly cases: number }> {
    const done = this.results.toSorted((a, b) => a.from - b.from || a.cases - b.cases);
    let at = from;
    for (const next of [...done, { from: to, cases: 0 }]) {
      for (const end = Math.min(next.from, to); at < end; ) {
        const cases = Math.min(most, end - at);
        yield { from: at, cases };
        at += cases;
      }
      at = Math.max(at, next.from + next.cases);
    }
  }

  add({ faults, ...result }: SliceResult): void {
    for (const { number, text, what } of faults) {
      const file = join(this.#folder, `seed-${this.#seed}-case-${number}.yaml`);
      writeFileSync(file, text);
      console.error(`case ${number}: ${what}\n  ${file}`);
    }
    // on a line of its own, whatever the one before it has come to
    appendFileSync(this.#file, `\n${JSON.stringify(result)}\n`);
    this.results.push(result);
  }
}

/** What a line says; nothing where the process was killed in the midst of it. */
function resultOf(line: string): Omit<SliceResult, "faults">[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
