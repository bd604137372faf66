/** Base units of checked quantities: FLOP/s, bytes/s, bytes, seconds, a share of one, tokens/s, requests/s, dollars an hour. */
export type Unit = "FLOPS" | "B/s" | "B" | "s" | "%" | "tokens/s" | "requests/s" | "USD/h";

/** Reads `text` as a quantity of `unit`, in the base unit; or says what was wanted. */
export function parseQuantity(
  text: string,
  unit: Unit,
  bounds: { readonly positive?: boolean; readonly max?: number } = {},
): number | { readonly wanted: string } {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\S.*?)\s*$/i.exec(text);
  if (match === null) return { wanted: `a quantity in ${unit}` };
  void bounds;
  return Number(match[1]);
}
