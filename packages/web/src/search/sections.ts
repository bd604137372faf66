import MiniSearch from "minisearch";

/** A section of the documentation, as the search has it. */
export interface Section {
  readonly id: number;
  /** Title of its page. */
  readonly title: string;
  readonly heading: string;
  readonly address: string;
  readonly text: string;
}

/** Fields of the search index, for the build that fills it and the page that reads it. */
export const SEARCHED = {
  fields: ["heading", "title", "text"],
  storeFields: ["title", "heading", "address", "text"],
  searchOptions: {
    prefix: true,
    fuzzy: (term: string) => (term.length > 4 ? 0.2 : 0),
    boost: { heading: 4, title: 2 },
    combineWith: "AND",
  },
} as const;

export const MOST_FOUND = 20;

export type Found = Omit<Section, "id"> & { readonly terms: readonly string[] };

/** The index of `sections` as JSON. */
export function indexOf(sections: readonly Section[]): string {
  const index = new MiniSearch<Section>({ ...SEARCHED, fields: [...SEARCHED.fields], storeFields: [...SEARCHED.storeFields] });
  index.addAll(sections);
  return JSON.stringify(index);
}

/** A search over the index `json`: what is nearest to the words comes first. */
export function searchOver(json: string): (words: string) => readonly Found[] {
  const index = MiniSearch.loadJSON<Section>(json, {
    ...SEARCHED,
    fields: [...SEARCHED.fields],
    storeFields: [...SEARCHED.storeFields],
  });
  return (words) => {
    const all = index.search(words);
    const found = all.length > 0 ? all : index.search(words, { combineWith: "OR" });
    return found.slice(0, MOST_FOUND) as unknown as readonly Found[];
  };
}
