/** Colours by meaning. Apply after padding: escape codes have no width. */
export interface Ink {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  bar(text: string): string;
}

/** ANSI colours, or none. */
export function inkOf(colour: boolean): Ink {
  const ink = (on: number, off: number) => (text: string) => (colour && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { strong: ink(1, 22), faint: ink(2, 22), good: ink(32, 39), bad: ink(31, 39), bar: ink(36, 39) };
}
