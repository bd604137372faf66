import { type Stream, Streams } from "@tokenyard/random";
import { stringify } from "yaml";
import { isPrepared, type Outcome, tried } from "./case.ts";
import { aimed, garbled, mutated, pick, type Tree } from "./mutation.ts";

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
    const text = textOf(trees, new Streams(seed).stream(`fuzz/${number}`), read);
    yield { number, text, outcome: tried(text, read, mostMs) };
  }
}

/** Of cases, those whose changes all leave something that runs. */
const AIMED = 2 / 3;

/** A scenario of the gallery with a few changes, most of them such that it can still run; of the others one in ten is also garbled as a text. */
function textOf(trees: readonly Tree[], stream: Stream, read: Campaign["read"]): string {
  const tree = pick(stream, trees);
  if (stream.next() < AIMED) return stringify(aimed(tree, stream, (changed) => isPrepared(stringify(changed), read)));
  const text = stringify(mutated(tree, stream));
  return stream.next() < 0.1 ? garbled(text, stream) : text;
}
