/** A piece of a text: whether it is one of the words that were looked for. */
export interface Piece {
  readonly text: string;
  readonly isFound: boolean;
}

const BEFORE = 60;
const LENGTH = 220;

/** The part of `text` round the first of `terms`, in pieces that say where these are. */
export function excerptOf(text: string, terms: readonly string[]): readonly Piece[] {
  const pattern = terms.length === 0 ? /$^/g : new RegExp(`(${terms.map(literal).join("|")})`, "giu");
  const first = Math.max(0, text.search(pattern));
  const from = first <= BEFORE ? 0 : text.lastIndexOf(" ", first - BEFORE) + 1;
  const to = from + LENGTH >= text.length ? text.length : Math.max(text.lastIndexOf(" ", from + LENGTH), from + LENGTH / 2);
  const shown = `${from > 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
  return shown
    .split(pattern)
    .map((piece, at) => ({ text: piece, isFound: at % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

function literal(term: string): string {
  return term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
