import type { Place, Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import type { NamedColumns } from "../schema/language/trait.ts";
import { linesOf } from "./csv.ts";
import type { WrittenList, WrittenScalar } from "./written.ts";

/**
 * Reads comma-separated values whose first line names the columns, in any order: rows of the first columns and of those of their kind, in
 * the order of `columns`; other columns are ignored. Missing columns are listed in one problem for each kind, whose rows are left out; a
 * duplicate column, and a row with more cells than columns, are problems too.
 */
export function readNamedCsv(
  text: string,
  { first, ofKind }: NamedColumns,
  placeOf: (line: number, column: number) => Place,
): { readonly rows: WrittenList; readonly problems: readonly Omit<Problem, "path">[] } {
  const [header, ...lines] = linesOf(text, placeOf);
  const names = (header?.items ?? []).map(({ value }) => String(value));
  const lacking = (columns: readonly string[]) => columns.filter((column) => !names.includes(column));
  const missing = new Map<string, Omit<Problem, "path">>();
  const lack = (kind: string, columns: readonly string[]) => {
    const given = shorten(names.join(","));
    missing.set(kind, {
      given,
      wanted: `a first line with ${columns.join(", ")} too${kind === "" ? "" : `, for ${kind}`}`,
      place: placeOf(1, 1),
    });
  };
  if (lacking(first).length > 0) lack("", lacking(first));
  const kindAt = names.indexOf(first[0] ?? "");
  const wrong: Omit<Problem, "path">[] = [];
  header?.items.forEach(({ value, place }, at) => {
    const isRead = [first, ...Object.values(ofKind)].some((columns) => columns.includes(String(value)));
    if (isRead && names.indexOf(String(value)) < at) wrong.push({ given: String(value), wanted: "each column once", ...placed(place) });
  });
  const items = lines.flatMap((line): WrittenList[] => {
    const beyond = line.items.slice(names.length).find(({ value }) => value !== "");
    if (beyond !== undefined && !missing.has(""))
      wrong.push({
        given: `${line.items.length} cells`,
        wanted: `${names.length}, one for each column of the first line`,
        ...placed(beyond.place),
      });
    const kind = String(line.items[kindAt]?.value ?? "");
    const columns = Object.hasOwn(ofKind, kind) ? (ofKind[kind] ?? []) : [];
    const lacks = lacking(columns);
    if (lacks.length > 0) lack(kind, lacks);
    if (lacks.length > 0 || missing.has("")) return [];
    const nothing: WrittenScalar = { form: "scalar", value: "", place: line.place };
    return [{ ...line, items: [...first, ...columns].map((column) => line.items[names.indexOf(column)] ?? nothing) }];
  });
  return { rows: { form: "list", items, place: placeOf(1, 1) }, problems: [...missing.values(), ...wrong] };
}

function placed(place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place };
}
