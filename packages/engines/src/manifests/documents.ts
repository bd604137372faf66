import { isMap, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { TextPlace } from "../place.ts";
import { valuesOf } from "../yaml-values.ts";

/** A map of a manifest, as it was read. */
export type Tree = Readonly<Record<string, unknown>>;

/** A document of a YAML text. */
export interface ManifestDocument {
  readonly tree: Tree;
  readonly kind: string;
  /** Place of the first key of `path` that exists. */
  readonly place: (path: readonly (string | number)[]) => TextPlace;
}

export type DocumentsRead =
  | { readonly documents: readonly ManifestDocument[] }
  | { readonly fault: { readonly place: TextPlace; readonly what: string } };

/** Longest text that is parsed; longer ones would take too long. */
export const LONGEST_YAML = 4 * 1024 * 1024;

/** The maps among the documents of `text`. */
export function documentsOf(text: string, file: string): DocumentsRead {
  const counter = new LineCounter();
  const at = (offset: number): TextPlace => {
    const { line, col } = counter.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed = parseAllDocuments(text, { lineCounter: counter, logLevel: "silent", uniqueKeys: false, merge: true });
  if (!Array.isArray(parsed)) return { documents: [] };
  const documents: ManifestDocument[] = [];
  for (const document of parsed) {
    const [error] = document.errors;
    if (error !== undefined) return { fault: { place: at(error.pos[0]), what: error.message.split("\n")[0]!.slice(0, 200) } };
    const read = valuesOf(document);
    if ("fault" in read) return { fault: { place: at(read.offset), what: read.fault } };
    const tree = read.values;
    if (typeof tree !== "object" || tree === null || Array.isArray(tree)) continue;
    const place = (path: readonly (string | number)[]): TextPlace => {
      let node: unknown = document.contents;
      let found = at((document.contents as { range?: [number, number, number] } | null)?.range?.[0] ?? 0);
      for (const key of path) {
        const pair = isMap(node) ? node.items.find((each) => (each.key as { value?: unknown } | null)?.value === key) : undefined;
        const inner: unknown = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined);
        const range = ((pair?.key ?? inner) as { range?: [number, number, number] } | undefined)?.range;
        if (range === undefined) break;
        found = at(range[0]);
        node = inner;
      }
      return found;
    };
    documents.push({ tree: tree as Tree, kind: String((tree as Tree)["kind"] ?? ""), place });
  }
  return { documents };
}

/** The value at `path`, or undefined. */
export function valueIn(tree: unknown, ...path: readonly (string | number)[]): unknown {
  let at = tree;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

export function mapIn(tree: unknown, ...path: readonly (string | number)[]): Tree {
  const value = valueIn(tree, ...path);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

export function listIn(tree: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = valueIn(tree, ...path);
  return Array.isArray(value) ? value : [];
}

export function countIn(tree: unknown, ...path: readonly (string | number)[]): number | undefined {
  const value = Number(valueIn(tree, ...path) ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
