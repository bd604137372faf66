import { type ByClass, createByClass, type Pass } from "../layers/pass.ts";
import type { RoutedPass, TokenRouter } from "./token-router.ts";

/**
 * Consecutive sequences of a data group, from position `from` of its tokens on: first those that decode, with a token each, then the
 * others, of equal length.
 */
interface Row {
  readonly from: number;
  readonly tokens: number;
  readonly sequences: number;
  readonly decoding: number;
}

/**
 * Gives a router the sequences of each source. Where sources share the tokens of a data group, they have consecutive parts: classes one
 * after another. A sequence whose tokens are on several sources counts on each of them. Source:
 * docs/models/exchanges.md#sequence-parallel-exchanges.
 */
export class SequencesOfSources {
  readonly #split: number;

  /** `split`: sources that share the tokens of a data group. */
  constructor(split: number) {
    this.#split = split;
  }

  /** `tokens` [sources]: those of `pass` that each has. */
  inform(router: TokenRouter, pass: Pass, tokens: ArrayLike<number>): void {
    if (router.begin === undefined) return;
    router.begin(this.#split === 1 ? pass : this.#partsOf(pass, tokens));
  }

  #partsOf(pass: Pass, tokens: ArrayLike<number>): RoutedPass {
    const split = this.#split;
    const groups = tokens.length / split;
    const classes = pass.byClass?.classes ?? 1;
    const parts = createByClass(tokens.length, classes);
    for (let group = 0; group < groups; group++) {
      const rows = rowsOf(pass, group);
      for (let source = group * split, from = 0; source < (group + 1) * split; source++) {
        const end = from + tokens[source]!;
        for (const [c, row] of rows.entries()) addPart(row, from, end, parts, source * classes + c);
        from = end;
      }
    }
    if (pass.byClass !== undefined) return { sequences: summed(parts.sequences, classes), byClass: parts };
    const decoding = {
      sequences: parts.decoding,
      newTokens: parts.decoding,
      contextTokens: NONE,
      pairs: NONE,
      windowedContextTokens: NONE,
      windowedPairs: NONE,
    };
    return { sequences: parts.sequences, decoding };
  }
}

const NONE = new Float64Array(0);

/** Rows of each class; padding is dealt to all sequences in turn. */
function rowsOf({ rows, sequences, decoding, byClass, phase }: Pass, group: number): Row[] {
  const tokens = rows[group]!;
  if (byClass === undefined) {
    const decode = decoding?.sequences[group] ?? (phase === 1 ? sequences[group]! : 0);
    return [{ from: 0, tokens, sequences: sequences[group]!, decoding: decode }];
  }
  const { classes } = byClass;
  const at = group * classes;
  const own = byClass.tokens.subarray(at, at + classes);
  const counts = byClass.sequences.subarray(at, at + classes);
  const padding = tokens - sumOf(own);
  const all = sumOf(counts);
  let before = 0;
  let from = 0;
  return Array.from(own, (computed, c) => {
    const upTo = (count: number) => (all === 0 ? 0 : Math.floor((padding * count) / all));
    const row = {
      from,
      tokens: computed + upTo(before + counts[c]!) - upTo(before),
      sequences: counts[c]!,
      decoding: byClass.decoding[at + c]!,
    };
    before += counts[c]!;
    from += row.tokens;
    return row;
  });
}

/** Adds the part of `row` from `start` to before `end` to place `at` of `parts`. */
function addPart(row: Row, start: number, end: number, parts: ByClass, at: number): void {
  const from = Math.max(start, row.from) - row.from;
  const to = Math.min(end, row.from + row.tokens) - row.from;
  if (from >= to || row.sequences === 0) return;
  const isAlone = row.decoding < row.sequences;
  const sequences = placeOf(row, to - 1) - placeOf(row, from) + 1;
  parts.tokens[at] = to - from;
  parts.sequences[at] = sequences;
  parts.decoding[at] = isAlone ? Math.max(0, Math.min(to, row.decoding) - from) : sequences;
}

/** Index of the sequence of a row that has token number `token`. */
function placeOf({ tokens, sequences, decoding }: Row, token: number): number {
  const alone = decoding < sequences ? decoding : 0; // where all decode, tokens beyond theirs are padding
  if (token < alone) return token;
  const others = sequences - alone;
  const each = Math.floor((tokens - alone) / others);
  const longer = (tokens - alone) % others;
  const place = token - alone;
  if (place < longer * (each + 1)) return alone + Math.floor(place / (each + 1));
  return alone + longer + Math.floor((place - longer * (each + 1)) / each);
}

function summed(column: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: column.length / width }, (_, i) => sumOf(column.subarray(i * width, (i + 1) * width)));
}

function sumOf(column: Float64Array): number {
  return column.reduce((sum, count) => sum + count, 0);
}
