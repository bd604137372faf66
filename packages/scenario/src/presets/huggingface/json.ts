/** A text, or a number that JSON has no word for, as Python writes it into configs (`"time_step_limit": [0.0, Infinity]`). */
const WORDS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** Tree of the JSON `text`, which may have infinities and NaN (read as null); undefined if it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Python's writer has words of its own
  }
  try {
    return JSON.parse(
      text.replace(WORDS, (word) => (word.startsWith('"') ? word : word === "NaN" ? "null" : word.replace("Infinity", "1e999"))),
    );
  } catch {
    return undefined;
  }
}
