import { type Document, visit } from "yaml";

const MOST_ALIASES = 100;

/** Values of a document, or the fault and offset of the part that has none. */
export type YamlValues = { readonly values: unknown } | { readonly fault: string; readonly offset: number };

/** The values of `document`, which was parsed without errors. */
export function valuesOf(document: Document): YamlValues {
  const lost = aliasWithoutAnchor(document);
  if (lost !== undefined) return { fault: `*${lost.name}, an alias without an anchor before it`, offset: lost.offset };
  try {
    return { values: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    // the library throws where aliases multiply, or a merge key has no map
    return { fault: error instanceof Error ? error.message.slice(0, 200) : String(error), offset: 0 };
  }
}

/** The first alias of `document` that no anchor before it names. */
function aliasWithoutAnchor(document: Document): { readonly name: string; readonly offset: number } | undefined {
  const anchors = new Set<string>();
  let found: { readonly name: string; readonly offset: number } | undefined;
  visit(document, {
    Value: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias: (_, { source, range }) => {
      if (anchors.has(source)) return undefined;
      found = { name: source, offset: range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}
