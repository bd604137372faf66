/** Words set in lines of at most `width` characters, where a word is not longer itself; the first line opens with `opening`, the others are indented as far. */
export function paragraph(words: readonly string[], opening: string, width: number): string[] {
  const lines: string[] = [];
  const indent = " ".repeat(opening.length);
  let line = opening;
  let empty = true;
  for (const word of words) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}

/** Phrases joined by ` · ` and wrapped between them. */
export function phrases(parts: readonly string[], opening: string, width: number): string[] {
  return paragraph(
    parts.map((part, at) => (at < parts.length - 1 ? `${part} ·` : part)),
    opening,
    width,
  );
}
