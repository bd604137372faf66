import { type Stream, uniformInteger } from "@tokenyard/random";
import { knobPaths, PRECISIONS } from "@tokenyard/scenario";
import { COMMUNICATIONS, FACTORS, FAULTS, HEALTHS, POLICIES, SIZES, SMALL } from "./choices.ts";
import { at, type Path, pathsIn, put, remove, type Tree } from "./tree.ts";

/** A copy of `tree` with a few changes that a user might have made, by mistake or not. */
export function mutated(tree: Tree, stream: Stream): Tree {
  const changed = structuredClone(tree);
  const times = uniformInteger(stream, 1, 4);
  for (let i = 0; i < times; i++) mutate(changed, stream);
  return changed;
}

/** Tries of one change before it is left out. */
const TRIES = 4;

/** Like `mutated`, but a change that `isFine` refuses is tried again elsewhere, or left out. */
export function aimed(tree: Tree, stream: Stream, isFine: (tree: Tree) => boolean): Tree {
  let changed = tree;
  const times = uniformInteger(stream, 1, 3);
  for (let i = 0; i < times; i++) {
    for (let tries = 0; tries < TRIES; tries++) {
      const candidate = structuredClone(changed);
      mutate(candidate, stream);
      if (!isFine(candidate)) continue;
      changed = candidate;
      break;
    }
  }
  return changed;
}

/** `text` with a few characters lost, doubled, swapped or come from elsewhere. */
export function garbled(text: string, stream: Stream): string {
  const from = uniformInteger(stream, 0, text.length);
  const to = Math.min(text.length, from + uniformInteger(stream, 0, 20));
  const piece = text.slice(from, to);
  const elsewhere = uniformInteger(stream, 0, text.length);
  return pick<() => string>(stream, [
    () => text.slice(0, from) + text.slice(to),
    () => text.slice(0, to) + piece + text.slice(to),
    () => text.slice(0, from) + pick(stream, ODD_TEXTS) + text.slice(to),
    () => text.slice(0, from) + text.slice(elsewhere, elsewhere + 20) + text.slice(to),
    () => text.slice(0, from),
  ])();
}

export function pick<T>(stream: Stream, values: readonly T[]): T {
  return values[uniformInteger(stream, 0, values.length - 1)]!;
}

function mutate(root: Tree, stream: Stream): void {
  const path = pick(stream, pathsIn(root));
  const change = pick(stream, stream.next() < 0.7 ? GENTLE : ROUGH);
  change(root, path, stream);
}

type Change = (root: Tree, path: Path, stream: Stream) => void;

/** What a user tries out: most of it is a scenario still. */
const GENTLE: readonly Change[] = [
  // a size or a degree
  (root, _path, stream) => put(root, keys(pick(stream, SIZES)), pick(stream, SMALL)),
  (root, path, stream) => {
    const value = at(root, path);
    if (typeof value === "number") put(root, path, pick(stream, [value + 1, Math.max(1, value - 1), value * 2, Math.ceil(value / 2)]));
    if (typeof value === "string")
      put(
        root,
        path,
        value.replace(/\d+(\.\d+)?/, (digits) => String(Number(digits) * pick(stream, FACTORS))),
      );
  },
  // a policy
  (root, _path, stream) => {
    const [where, kinds] = pick(stream, POLICIES);
    put(root, keys(where), pick(stream, kinds));
  },
  (root, _path, stream) =>
    put(
      root,
      ["model", "precision", pick(stream, ["weights", "experts", "compute", "collectives", "dispatch", "combine", "kvCache"])],
      pick(stream, PRECISIONS),
    ),
  // something that breaks
  (root, _path, stream) => {
    put(root, ["faults"], [pick(stream, FAULTS), pick(stream, FAULTS)]);
    put(root, ["health"], pick(stream, HEALTHS));
    put(root, ["communication"], pick(stream, COMMUNICATIONS));
  },
  // something that was not there
  (root, _path, stream) => put(root, keys(pick(stream, KNOBS)), pick<Tree>(stream, [...SMALL, ...QUANTITIES])),
  (root, path) => remove(root, path),
];

/** What is not to be tried. */
const ROUGH: readonly Change[] = [
  (root, path, stream) => put(root, path, pick(stream, ODD_NUMBERS)),
  (root, path, stream) => put(root, path, pick(stream, ODD_TEXTS)),
  (root, path, stream) => put(root, path, pick(stream, QUANTITIES)),
  (root, path, stream) => put(root, path, pick<Tree>(stream, [null, true, [], {}, [[]], { kind: "none" }])),
  (root, path, stream) => put(root, path, structuredClone(at(root, pick(stream, pathsIn(root)))) ?? null),
  (root, path, stream) => put(root, [...path.slice(0, -1), pick(stream, ODD_TEXTS)], 1),
  (root, path, stream) => put(root, path, nested(at(root, path) ?? null, uniformInteger(stream, 1, 120), stream)),
  (root, path, stream) => {
    const unit = pick(stream, UNITS);
    const value = at(root, path);
    if (typeof value === "string") put(root, path, value.replace(/[A-Za-z/%µ]+$/, unit));
    else if (typeof value === "number") put(root, path, `${value} ${unit}`);
  },
];

const KNOBS = knobPaths();
const UNITS = ["TFLOPS", "GB/s", "Gbit/s", "GiB", "ns", "Ms", "%", "tokens/ms", "requests/s", "USD/h", "B", "b", ""];
const QUANTITIES = [
  "0 B",
  "1 B/s",
  "1000 PB/s",
  "9e6 s",
  "1 ps",
  "1 FLOPS",
  "1000000 PFLOPS",
  "0.000001 %",
  "100 %",
  "-3 GB",
  "1e400 GB",
  "NaN s",
  "５ GB",
];
const ODD_NUMBERS = [0, -0, -1, 0.5, 1e-320, 1e6, 1e7, 1e9, 65_536, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308];
const ODD_TEXTS = [
  "",
  " ",
  "ключ",
  "🦀",
  "\u0000",
  "\u202e",
  "__proto__",
  "constructor",
  "null",
  "*a",
  "&a",
  "<<",
  "{",
  "- ",
  "x".repeat(5000),
  "1:1",
  "0x10",
  "\ud800",
];

function nested(value: Tree, depth: number, stream: Stream): Tree {
  let tree = value;
  for (let i = 0; i < depth; i++) tree = stream.next() < 0.5 ? [tree] : { a: tree };
  return tree;
}

function keys(path: string): string[] {
  return path.split(".");
}
