import { type Stream, Streams } from "@tokenyard/random";
import { stringify } from "yaml";
import { type Outcome, tried } from "./case.ts";
import { garbled, mutated, pick, type Tree } from "./mutation.ts";

export interface Campaign {
  readonly seed: number;
  readonly cases: number;
  /** Milliseconds on the wall after which a run is given up. */
  readonly mostMs: number;
  readonly trees: readonly Tree[];
  read(path: string): string;
}

/** One case: the text that was tried, and what became of it. */
export interface Tried {
  readonly number: number;
  readonly text: string;
  readonly outcome: Outcome;
}

/** Tries case after case. A case depends on the seed and its number alone. */
export function* campaign({ seed, cases, mostMs, trees, read }: Campaign): Iterable<Tried> {
  for (let number = 0; number < cases; number++) {
    const text = textOf(trees, new Streams(seed).stream(`fuzz/${number}`));
    yield { number, text, outcome: tried(text, read, mostMs) };
  }
}

/** A scenario of the gallery with a few changes; one in ten is also garbled as a text. */
function textOf(trees: readonly Tree[], stream: Stream): string {
  const text = stringify(mutated(pick(stream, trees), stream));
  return stream.next() < 0.1 ? garbled(text, stream) : text;
}
