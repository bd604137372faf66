/** A number of an item, and which direction of it is better. Null: the item has none and is on no front. */
export interface Goal<Item> {
  measure(item: Item): number | null;
  readonly better: "less" | "more";
}

/** The items that no other beats: none is at least as good in every goal and better in one. Grows item by item. */
export class ParetoFront<Item> {
  private readonly goals: readonly Goal<Item>[];
  private members: { readonly item: Item; readonly costs: readonly number[] }[] = [];

  constructor(goals: readonly Goal<Item>[]) {
    this.goals = goals;
  }

  /** Items in the order of their addition. Items that are equal in every goal all stay. */
  get items(): Item[] {
    return this.members.map(({ item }) => item);
  }

  /** Whether `item` is on the front now; those that it beats leave. */
  add(item: Item): boolean {
    const costs: number[] = [];
    for (const goal of this.goals) {
      const value = goal.measure(item);
      if (value === null) return false;
      costs.push(goal.better === "less" ? value : -value);
    }
    if (this.members.some((member) => beats(member.costs, costs))) return false;
    this.members = this.members.filter((member) => !beats(costs, member.costs));
    this.members.push({ item, costs });
    return true;
  }
}

/** The front of `items`, in their order. */
export function paretoFront<Item>(items: Iterable<Item>, goals: readonly Goal<Item>[]): Item[] {
  const front = new ParetoFront(goals);
  for (const item of items) front.add(item);
  return front.items;
}

/** Whether `a` is nowhere worse than `b` and somewhere better. */
function beats(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) isBetter = true;
  }
  return isBetter;
}
