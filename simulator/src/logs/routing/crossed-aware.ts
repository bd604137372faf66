/**
 * Copies that leave their node where each expert lies on one, as many on each node: the largest wish of `copies` [nodes × experts] is granted first, of equal
 * ones the first, as long as that node has room.
 */
export function crossedAware(copies: Float64Array, nodes: number): number {
  const experts = copies.length / nodes;
  const room = new Int32Array(nodes).fill(Math.ceil(experts / nodes));
  const wished = Int32Array.from({ length: experts }, (_, x) => wishOf(copies, x, experts, room));
  let crossed = 0;
  for (let at = 0; at < copies.length; at++) crossed += copies[at]!;
  for (let left = experts; left > 0; left--) {
    let most = -1;
    for (let x = 0; x < experts; x++) {
      const at = wished[x]!;
      if (at >= 0 && (most < 0 || copies[at]! > copies[most]! || (copies[at]! === copies[most]! && at < most))) most = at;
    }
    crossed -= copies[most]!;
    wished[most % experts] = -1;
    const node = Math.floor(most / experts);
    room[node] = room[node]! - 1;
    if (room[node]! > 0) continue;
    for (let x = 0; x < experts; x++) {
      if (wished[x]! >= 0 && Math.floor(wished[x]! / experts) === node) wished[x] = wishOf(copies, x, experts, room);
    }
  }
  return crossed;
}

/** Where the largest wish for expert `x` lies among those of nodes with room, the first of equal ones. */
function wishOf(copies: Float64Array, x: number, experts: number, room: Int32Array): number {
  let most = -1;
  for (let node = 0; node < room.length; node++) {
    const at = node * experts + x;
    if (room[node]! > 0 && (most < 0 || copies[at]! > copies[most]!)) most = at;
  }
  return most;
}
