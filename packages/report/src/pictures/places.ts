/** Place of every GPU in the picture of a map, in pixels. */
export interface Places {
  readonly width: number;
  readonly height: number;
  readonly cell: number;
  /** [ranks] */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly nodes: readonly {
    readonly node: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

const GAP = 1;
const PAD = 4;
const LABEL = 14;
const [LEAST, MOST] = [4, 22];

/** Nodes in rows from left to right, the GPUs of each in rows of four or, in large nodes, of as many as make it about square. */
export function placesOf(nodeOfRank: Int32Array, width: number): Places {
  const ranksOfNode = new Map<number, number[]>();
  for (const [rank, node] of nodeOfRank.entries()) ranksOfNode.set(node, [...(ranksOfNode.get(node) ?? []), rank]);
  const largest = Math.max(...[...ranksOfNode.values()].map(({ length }) => length));
  const across = largest <= 8 ? Math.min(4, largest) : Math.ceil(Math.sqrt(largest));
  const down = Math.ceil(largest / across);
  const wanted = Math.ceil(Math.sqrt(ranksOfNode.size * (down / across) * 1.6));
  const columns = Math.max(1, Math.min(ranksOfNode.size, wanted));
  const cell = Math.max(LEAST, Math.min(MOST, Math.floor((width / columns - 2 * PAD) / across) - GAP));
  const box = { width: across * (cell + GAP) + 2 * PAD, height: down * (cell + GAP) + PAD + LABEL };
  const perRow = Math.max(1, Math.min(columns, Math.floor(width / box.width)));
  const x = new Float64Array(nodeOfRank.length);
  const y = new Float64Array(nodeOfRank.length);
  const nodes = [...ranksOfNode].map(([node, ranks], at) => {
    const [left, top] = [(at % perRow) * box.width, Math.floor(at / perRow) * box.height];
    for (const [each, rank] of ranks.entries()) {
      x[rank] = left + PAD + (each % across) * (cell + GAP);
      y[rank] = top + LABEL + Math.floor(each / across) * (cell + GAP);
    }
    return { node, x: left, y: top, ...box };
  });
  return { width, height: Math.ceil(nodes.length / perRow) * box.height, cell, x, y, nodes };
}

/** The rank at a point of the picture; undefined between GPUs. */
export function rankAt({ x, y, cell }: Places, left: number, top: number): number | undefined {
  const found = x.findIndex((each, rank) => left >= each && left <= each + cell && top >= y[rank]! && top <= y[rank]! + cell);
  return found < 0 ? undefined : found;
}
