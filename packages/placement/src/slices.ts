import type { ModelSpec, ParallelismSpec, Problem } from "@tokenyard/scenario";
import { listed, nearest } from "./listing.ts";

/**
 * The layers of each slice, [stages][interleave]. Stage s of P holds ⌊(s+1)·L/P⌋ − ⌊s·L/P⌋ of L layers, however many slices it has; of its n
 * layers slice v of V holds ⌊(v+1)·n/V⌋ − ⌊v·n/V⌋. The layers are dealt out in order: first slices of all stages, then second ones.
 */
export function slicesOf(layers: number, stages: number, interleave: number): readonly (readonly (readonly number[])[])[] {
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

/** How many of `total` fall to part `i` of `parts`. */
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
