import { type Streams, shuffle } from "@tokenyard/random";

/**
 * `points` points in the unit cube, [axes] each: every axis is cut into as many slices as there are points, and each slice is
 * met once, at random within it. An axis draws from a stream of its own name, so that further axes change nothing in it.
 */
export function latinHypercube(axes: readonly string[], points: number, streams: Streams): number[][] {
  const columns = axes.map((name) => {
    const stream = streams.stream(`study/latin-hypercube/${name}`);
    const slices = Array.from({ length: points }, (_, slice) => slice);
    shuffle(stream, slices);
    return slices.map((slice) => Math.min((slice + stream.next()) / points, 1 - Number.EPSILON));
  });
  return Array.from({ length: points }, (_, i) => columns.map((column) => column[i]!));
}
