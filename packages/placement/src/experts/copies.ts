/**
 * How many slots each expert gets [experts] when all have one and each of `slots − experts` further ones goes to the expert whose copies have
 * most to do, the first of equals. `loads` [experts] are split evenly over an expert's copies.
 * Source: EPLB (deepseek-ai/EPLB), replicate_experts.
 */
export function copiesOf(loads: ArrayLike<number>, slots: number): Int32Array {
  const copies = new Int32Array(loads.length).fill(1);
  for (let spare = slots - loads.length; spare > 0; spare--) {
    let busiest = 0;
    for (let x = 1; x < loads.length; x++) if (loads[x]! / copies[x]! > loads[busiest]! / copies[busiest]!) busiest = x;
    copies[busiest]!++;
  }
  return copies;
}
