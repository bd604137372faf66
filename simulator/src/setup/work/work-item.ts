/** One expense of a run, with a way to lessen it. */
export interface WorkItem {
  readonly amount: number;
  readonly of: string;
  readonly path: readonly string[];
  readonly less: string;
}

export function totalOf(items: readonly WorkItem[]): number {
  return items.reduce((total, item) => total + item.amount, 0);
}

/** `512`, `65536`, `32.5`, `1.5e13`: counts are exact as long as they are short, the rest in three figures or two. */
export function short(amount: number): string {
  if (amount >= 1e6) return amount.toExponential(1).replace(".0e", "e").replace("e+", "e");
  return String(Number.isInteger(amount) ? amount : Number(amount.toPrecision(3)));
}
