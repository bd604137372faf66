// The points that meet what is demanded and that no other of those beats.

/** The rows that meet what is demanded, on the Pareto front of two metrics, from the best of the first on; those that are alike in both all stay. */
export function frontOf(rows, first, second) {
  const cost = (row, { at, better }) => (better === "less" ? row.values[at] : -row.values[at]);
  const able = rows.filter(({ values, met }) => met === true && values[first.at] !== null && values[second.at] !== null);
  const sorted = [...able].sort((a, b) => cost(a, first) - cost(b, first) || cost(a, second) - cost(b, second) || a.index - b.index);
  const front = [];
  let least = Number.POSITIVE_INFINITY;
  let last;
  for (const row of sorted) {
    const isAlike = last !== undefined && cost(row, first) === cost(last, first) && cost(row, second) === cost(last, second);
    if (cost(row, second) < least || isAlike) front.push(row);
    else continue;
    least = cost(row, second);
    last = row;
  }
  return front;
}
