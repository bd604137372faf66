import type { ModelSpec, ParallelismSpec, Problem } from "@tokenyard/scenario";
import { listed, nearest } from "./listing.ts";

/**
 * The layers of each slice, [stages][interleave]; by `costs` [layers] where given and there is one slice each: the dearest stage is as cheap as can be. Else stage s of P holds ⌊(s+1)·L/P⌋ − ⌊s·L/P⌋ of L layers, however many slices it has; of its n
 * layers slice v of V holds ⌊(v+1)·n/V⌋ − ⌊v·n/V⌋. The layers are dealt out in order: first slices of all stages, then second ones.
 */
export function slicesOf(
  layers: number,
  stages: number,
  interleave: number,
  costs?: readonly number[],
): readonly (readonly (readonly number[])[])[] {
  if (costs !== undefined && interleave === 1) return byCost(costs, stages).map((own) => [own]);
  const slices: (readonly number[])[][] = Array.from({ length: stages }, () => []);
  let first = 0;
  for (let slice = 0; slice < interleave; slice++) {
    for (let stage = 0; stage < stages; stage++) {
      const own = part(stage, layers, stages);
      const from = first;
      first += part(slice, own, interleave);
      slices[stage]!.push(Array.from({ length: first - from }, (_, i) => from + i));
    }
  }
  return slices;
}

/** Consecutive layers of each stage, at least one: as many as by count where no other cut makes the dearest stage cheaper. */
function byCost(costs: readonly number[], stages: number): readonly (readonly number[])[] {
  const sums = [0];
  for (const cost of costs) sums.push(sums.at(-1)! + cost);
  const counts = Array.from({ length: stages }, (_, stage) => part(stage, costs.length, stages));
  const even = [0];
  for (const count of counts) even.push(even.at(-1)! + count);
  const most = counts.reduce((dearest, _, stage) => Math.max(dearest, sums[even[stage + 1]!]! - sums[even[stage]!]!), 0);
  const { least, cuts } = cheapestCuts(sums, stages);
  const ends = least < most * (1 - 1e-9) ? cuts : even;
  return counts.map((_, stage) => Array.from({ length: ends[stage + 1]! - ends[stage]! }, (_, i) => ends[stage]! + i));
}

/**
 * Cuts of the layers with these running sums that minimise the cost of the dearest stage; ties go to the least sum of squares, then to the
 * earlier cut.
 */
function cheapestCuts(sums: readonly number[], stages: number): { readonly least: number; readonly cuts: readonly number[] } {
  const layers = sums.length - 1;
  let before = sums.map((sum): Cut => ({ most: sum, squares: sum * sum, cuts: [0] }));
  for (let stage = 2; stage <= stages; stage++) {
    before = sums.map((_, end): Cut => {
      let best: Cut = { most: Number.POSITIVE_INFINITY, squares: Number.POSITIVE_INFINITY, cuts: [] };
      for (let cut = stage - 1; cut < end; cut++) {
        const own = sums[end]! - sums[cut]!;
        const most = Math.max(before[cut]!.most, own);
        const squares = before[cut]!.squares + own * own;
        if (most < best.most || (most === best.most && squares < best.squares)) best = { most, squares, cuts: [...before[cut]!.cuts, cut] };
      }
      return best;
    });
  }
  const { most, cuts } = before[layers]!;
  return { least: most, cuts: [...cuts, layers] };
}

interface Cut {
  readonly most: number;
  readonly squares: number;
  /** The first layer of each stage so far. */
  readonly cuts: readonly number[];
}

/** Number of `total` items in part `i` of `parts`. */
function part(i: number, total: number, parts: number): number {
  return Math.floor(((i + 1) * total) / parts) - Math.floor((i * total) / parts);
}

/** Slices need stages to go round, ranks that hold several layers, and a layer each. */
export function interleaveProblems({ layers }: ModelSpec, parallelism: ParallelismSpec): Problem[] {
  const { interleave = 1, pipeline } = parallelism;
  if (interleave === 1) return [];
  const wrong = (given: string, wanted: string, works: readonly number[]): Problem[] => {
    const suggestion = String(nearest(works, interleave) ?? 1);
    return [{ path: ["parallelism", "interleave"], given, wanted, suggestion }];
  };
  if (parallelism.layers === "own-ranks")
    return wrong(
      `${interleave} with own-ranks`,
      "1: each layer has ranks of its own, which hold no other slice; or layers: shared-ranks",
      [],
    );
  if (pipeline === 1)
    return wrong(`${interleave} with pipeline 1`, "1: there are no other stages to go round; or a pipeline of 2 or more", []);
  const most = Math.floor(layers / pipeline);
  if (interleave <= most) return [];
  const slices = `${interleave} slices × pipeline ${pipeline} = ${interleave * pipeline}`;
  if (most < 2) return wrong(slices, `at most ${layers} slices, one for each layer: interleave 1, or a shorter pipeline`, [1]);
  const works = Array.from({ length: most }, (_, i) => i + 1);
  return wrong(slices, `at most ${layers} slices, one for each layer: interleave ${listed(works, interleave)}`, works);
}
