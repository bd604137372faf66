import type { SeriesLabel } from "@tokenyard/scenario";
import type { Columns } from "./sample.ts";

/** Series put together by some of their labels. */
export interface Groups {
  /** [groups] values of those labels, in the order of the first series of each */
  readonly labels: readonly (readonly string[])[];
  /** [series] */
  readonly of: Int32Array;
}

/** The series of `columns` by the labels `by`. */
export function groupsOf({ family, series }: Pick<Columns, "family" | "series">, by: readonly SeriesLabel[]): Groups {
  const places = by.map((label) => family.labels.indexOf(label));
  const numbers = new Map<string, number>();
  const labels: (readonly string[])[] = [];
  const of = Int32Array.from(series, (values) => {
    const own = places.map((place) => values[place]!);
    const key = own.join(",");
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, labels.length);
    labels.push(own);
    return labels.length - 1;
  });
  return { labels, of };
}
