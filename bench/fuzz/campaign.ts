import { type Stream, Streams } from "@tokenyard/random";
import { stringify } from "yaml";
import { isPrepared, type Outcome, tried } from "./case.ts";
import { aimed, garbled, mutated, pick } from "./mutation.ts";
import type { Tree } from "./tree.ts";

export interface Campaign {
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
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
export function* campaign(campaign: Campaign): Iterable<Tried> {
  const { seed, from, cases } = campaign;
  for (let number = from; number < from + cases; number++)
    yield { number, ...oneCase(campaign, new Streams(seed).stream(`fuzz/${number}`)) };
}

/** Share of cases that are drawn so that something runs. */
const AIMED = 2 / 3;

/**
 * A scenario of the gallery with a few changes. Where they leave nothing that runs, others are tried in most cases that leave something; of
 * the rest one in ten is also garbled as a text.
 */
function oneCase({ trees, read, mostMs }: Campaign, stream: Stream): Omit<Tried, "number"> {
  const tree = pick(stream, trees);
  const isAimed = stream.next() < AIMED;
  const bold = stringify(mutated(tree, stream));
  const text = !isAimed && stream.next() < 0.1 ? garbled(bold, stream) : bold;
  const outcome = tried(text, read, mostMs);
  if (!isAimed || outcome.kind !== "refused" || outcome.ran) return { text, outcome };
  const careful = stringify(aimed(tree, stream, (changed) => isPrepared(changed, read)));
  return { text: careful, outcome: tried(careful, read, mostMs) };
}
