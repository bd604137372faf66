import { Streams } from "@tokenyard/random";
import { type GateSpec, type ModelSpec, messageOf } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { copyWeights } from "../draws/copy-weights.ts";
import { createTokenRouter, gateProblems } from "../policies.ts";
import { gateContract, modelOf } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

function recorded(rows: number[][]): GateSpec {
  return { kind: "recorded", file: { path: "copies.csv", sha256: "of copies.csv", rows } };
}

/** A record of `model` in which experts differ, and layers too. */
function recordOf({ layers, experts }: ModelSpec): GateSpec {
  return recorded(
    Array.from({ length: layers }, (_, layer) => Array.from({ length: experts!.count }, (_, e) => 1 + ((e * 7 + layer) % 5))),
  );
}

gateContract("recorded", recordOf);
popularityContract("recorded", recorded([[40, 25, 20, 10, 5]]), ({ topK }) => copyWeights([40, 25, 20, 10, 5], topK));

/** Copies of ten million tokens in each of `layers`. */
function copies(model: ModelSpec, gate: GateSpec, layers: readonly number[]): number[][] {
  const streams = new Streams(3);
  const router = createTokenRouter(model, gate, streams);
  return layers.map((layer) => {
    const out = new Float64Array(model.experts!.count);
    router.route(layer, [10_000_000], streams.stream("routing/tokens"), out);
    return [...out];
  });
}

test("copies come in the proportions that were recorded, however many experts a token visits", () => {
  for (const topK of [1, 2]) {
    const [counts] = copies(modelOf(4, topK), recorded([[8, 6, 4, 2]]), [0]);
    [0.4, 0.3, 0.2, 0.1].forEach((share, e) => {
      expect(counts![e]! / (topK * 1e7)).toBeCloseTo(share, 3);
    });
  }
});

test("rows are those of the layers with experts, in their order", () => {
  const model: ModelSpec = { ...modelOf(2, 1, 3), dense: { layers: 1, hiddenSize: 8, matrices: 2 } };
  expect(
    copies(
      model,
      recorded([
        [1, 0],
        [0, 1],
      ]),
      [1, 2],
    ),
  ).toEqual([
    [1e7, 0],
    [0, 1e7],
  ]);
});

test("later tables count from their instants on, each as the one that it names alone would", () => {
  const tables = [[[8, 6, 4, 2]], [[1, 1, 1, 9]], [[2, 8, 2, 8]]];
  const first = recorded(tables[0]!);
  const gate = {
    ...first,
    later: [1, 3].map((at, i) => ({ at, file: { path: "x.csv", sha256: "of x", rows: tables[i + 1]! } })),
  } as GateSpec;
  const router = createTokenRouter(modelOf(4, 2), gate, new Streams(3));
  for (const [seconds, table] of [
    [0, 0],
    [0.999, 0],
    [1, 1],
    [2.9, 1],
    [3, 2],
    [99, 2],
    [0.5, 0],
  ] as const) {
    router.advance!(seconds * 1e9);
    const alone = createTokenRouter(modelOf(4, 2), recorded(tables[table]!), new Streams(3));
    const [over, single] = [router, alone].map((each) => {
      const out = new Float64Array(4);
      each.route(0, [100_000], new Streams(4).stream("tokens"), out);
      return out;
    });
    expect(over).toEqual(single);
    expect(router.shares!(0)).toEqual(alone.shares!(0));
  }
});

describe("a record that does not fit the model is a problem", () => {
  const reported = (rows: number[][], model = modelOf(3, 2, 2)) => gateProblems(model, recorded(rows)).map(messageOf);

  test("none when it does", () => {
    expect(
      reported([
        [1, 2, 3],
        [1, 1, 0],
      ]),
    ).toEqual([]);
  });

  test("with too few rows, or at the first that is too many", () => {
    expect(reported([[1, 2, 3]])).toEqual(["routing.gate.file.rows: 1 rows given; wanted 2 rows, one for each layer with experts"]);
    expect(
      reported([
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ]),
    ).toEqual(["routing.gate.file.rows.2: 3 rows given; wanted 2 rows, one for each layer with experts"]);
  });

  test("at the first row with another number of experts", () => {
    expect(
      reported([
        [1, 2, 3],
        [1, 2, 3, 4],
      ]),
    ).toEqual(["routing.gate.file.rows.1: 4 numbers given; wanted 3, one for each expert"]);
  });

  test("at each row with fewer experts than a token visits", () => {
    expect(
      reported([
        [0, 0, 0],
        [0, 9, 0],
      ]),
    ).toEqual([
      "routing.gate.file.rows.0: 0 experts with copies given; wanted at least 2: a token visits 2 different ones",
      "routing.gate.file.rows.1: 1 experts with copies given; wanted at least 2: a token visits 2 different ones",
    ]);
  });

  test("and no router is made", () => {
    expect(() => createTokenRouter(modelOf(3, 2, 2), recorded([[1, 2, 3]]), new Streams(1))).toThrow("wanted 2 rows");
  });

  test("but not in a model without experts, which routes nothing", () => {
    const { experts: _, ...dense } = modelOf(3, 2, 2);
    expect(reported([[1]], dense)).toEqual([]);
  });
});
