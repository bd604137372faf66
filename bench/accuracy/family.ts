/** Families of kernels, by name. */
export const FAMILIES = {
  linear: "matrix products",
  experts: "experts",
  prefill: "attention of prompts",
  decode: "attention, decoding",
  "latent-prefill": "latent attention of prompts",
  "latent-decode": "latent attention, decoding",
} as const;
/** One of them. */
export type Family = keyof typeof FAMILIES;

/** What is asked of a fit: median and 90th percentile. */
export function wanted(family: Family, gpu: string, precision: string): string {
  if (family === "linear") return precision === "bf16" ? "8 / 22" : "11 / 30";
  if (family === "experts") return gpu === "b200" ? "11 / 38" : gpu === "a100" ? "" : "7 / 30";
  return gpu === "a100" ? "" : "10 / 32";
}

/** Whether what is asked of a fit is reached: on held-out rows, and on unseen sizes where there are any. */
export function reached(asked: string, heldOut: string, unseen: string): string {
  if (asked === "") return "";
  const isWithin = (cell: string) => cell.split(" / ").every((part, i) => Number(part) <= Number(asked.split(" / ")[i]));
  if (!isWithin(heldOut)) return "no";
  return unseen === "" || isWithin(unseen) ? "yes" : "held out";
}

/** Calls `of` once for each family and returns the results by family. */
export function byFamily<T>(of: () => T): Record<Family, T> {
  return Object.fromEntries(Object.keys(FAMILIES).map((family) => [family, of()])) as Record<Family, T>;
}
