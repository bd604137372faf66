import { type ClusterSpec, parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNetworkModel, tabledShares } from "../../policies.ts";
import { networkModelContract } from "../network-model.contract.ts";
import { sentPerToken } from "./measured-traffic.ts";

type Row = (string | number)[];

function clusterOf(network: object = { preset: "hgx-h100-ndr" }): ClusterSpec {
  return parseScenario({
    tokenyard: 1,
    model: "plan-model",
    cluster: { gpu: "h100-sxm", network },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).cluster;
}

const given = clusterOf();
const withRows = (...files: Row[][]): ClusterSpec => ({
  ...given,
  network: { ...given.network, files: files.map((rows, i) => ({ path: `${i}.csv`, sha256: "0", rows })) },
});
const plain = createNetworkModel(given);
const neighbours = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const even = (bytes: number, n: number) => new Float64Array(n).fill(bytes / n);
const ofBytes = fc.double({ min: 2, max: 9.5, noNaN: true }).map((power) => 10 ** power);

/** Seconds of every collective, and of a send, of `network`. */
const collectives = (network: ReturnType<typeof createNetworkModel>) => ({
  "all-reduce": (bytes: number, n: number) => network.allReduceSeconds(bytes, neighbours(n)),
  "all-gather": (bytes: number, n: number) => network.allGatherSeconds(even(bytes, n), neighbours(n)),
  "reduce-scatter": (bytes: number, n: number) => network.allGatherSeconds(even(bytes, n), neighbours(n), undefined, true),
  "all-to-all": (bytes: number, n: number) => {
    const out = new Float64Array(n);
    network.allToAllSeconds(
      Float64Array.from({ length: n * n }, () => bytes / n),
      neighbours(n),
      out,
    );
    return out[0]!;
  },
});
type Kind = keyof ReturnType<typeof collectives>;
const KINDS = ["all-reduce", "all-gather", "reduce-scatter", "all-to-all"] as const;

const times = fc.double({ min: 0.2, max: 5, noNaN: true });
/** A curve of one collective over so many ranks: sizes, and how much longer they took than the fit says. */
const curve = fc.record({
  kind: fc.constantFrom(...KINDS),
  n: fc.constantFrom(2, 4, 8),
  library: fc.constantFrom("nccl", "vllm"),
  cells: fc.uniqueArray(fc.record({ power: fc.integer({ min: 8, max: 30 }), times }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ power }) => power,
  }),
});
type MeasuredCurve = { kind: Kind; n: number; library: string; cells: { power: number; times: number }[] };

function rowsOf({ kind, n, library, cells }: MeasuredCurve): Row[] {
  return cells.map(({ power, times: more }) => [kind, library, n, 1, 2 ** power, 1e6 * more * collectives(plain)[kind](2 ** power, n)]);
}

/** Curves of which no two are of one collective, library and number of ranks. */
const curves = fc.uniqueArray(curve, { minLength: 1, maxLength: 6, selector: ({ kind, n, library }) => `${kind} ${n} ${library}` });
/** The one that the network reads: of the fit's library, if there is one, else the first. */
const LIBRARY_OF = { "all-reduce": "vllm", "all-gather": "nccl", "reduce-scatter": "nccl", "all-to-all": "nccl" } as const;
const readOf = (all: readonly MeasuredCurve[], kind: Kind) => {
  const ofKind = all.filter((each) => each.kind === kind);
  const library = ofKind.some((each) => each.library === LIBRARY_OF[kind]) ? LIBRARY_OF[kind] : ofKind[0]?.library;
  return ofKind.filter((each) => each.library === library);
};

const DISPATCH = { dispatch: "per-token", phase: "dispatch", tokenBytes: 4096, routed: { experts: 128, topK: 8 } } as const;
const COMBINE = { ...DISPATCH, dispatch: "per-copy", phase: "combine" } as const;

/** Every rank of a node sends every other one so many copies. */
function exchanged(network: ReturnType<typeof createNetworkModel>, copies: number, kernels: typeof DISPATCH | typeof COMBINE): number {
  const out = new Float64Array(8);
  const bytes = Float64Array.from({ length: 64 }, () => (copies / 7) * kernels.tokenBytes);
  network.allToAllSeconds(bytes, neighbours(8), out, undefined, kernels);
  return out[0]!;
}

const exchangeRow = (kind: string, tokens: number, us: number, more: Row = []): Row => [
  kind,
  "deepep",
  8,
  1,
  128,
  8,
  tokens,
  4096,
  ...more,
  us,
];
const copiesOf = (dispatch: "per-token" | "per-copy", tokens: number) =>
  tokens * sentPerToken({ dispatch, ranks: 8, nodes: 1, experts: 128, topK: 8 }).inNode;

const SLOWER: Row[] = [
  ...KINDS.flatMap((kind) =>
    [2, 8].flatMap((n) => [1e3, 1e6].map((bytes): Row => [kind, "nccl", n, 1, bytes, 1.25e6 * collectives(plain)[kind](bytes, n)])),
  ),
  ["send", "nccl", 1, 1e6, 1.25e6 * plain.sendSeconds(1e6, 0, 1)],
  ["send", "nccl", 2, 1e6, 1.25e6 * plain.sendSeconds(1e6, 0, 8)],
  exchangeRow("per-token-dispatch", 64, 1.25e6 * exchanged(plain, copiesOf("per-token", 64), DISPATCH), [20]),
  exchangeRow("per-copy-combine", 64, 1.25e6 * exchanged(plain, copiesOf("per-copy", 64), COMBINE)),
];
networkModelContract("tabled", withRows(SLOWER));

describe("measured traffic", () => {
  test("comes back as it was measured, whichever other curves stand beside it", () => {
    fc.assert(
      fc.property(curves, (all) => {
        const network = collectives(createNetworkModel(withRows(all.flatMap(rowsOf))));
        for (const { kind, n, cells } of KINDS.flatMap((kind) => readOf(all, kind))) {
          for (const { power, times: more } of cells) {
            const measured = more * collectives(plain)[kind](2 ** power, n);
            expect(network[kind](2 ** power, n) / measured).toBeCloseTo(1, 9);
          }
        }
      }),
    );
  });

  test("lies between two rows where it lies between their sizes, and so grows from row to row where they do", () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 8, max: 30, noNaN: true }), (all, power) => {
        const network = collectives(createNetworkModel(withRows(all.flatMap(rowsOf))));
        const bytes = 2 ** power;
        for (const { kind, n, cells } of KINDS.flatMap((kind) => readOf(all, kind))) {
          const sorted = [...cells].sort((a, b) => a.power - b.power);
          const above = sorted.findIndex((cell) => cell.power >= power);
          if (above <= 0) continue;
          const measured = [sorted[above - 1]!, sorted[above]!].map((cell) => cell.times * collectives(plain)[kind](2 ** cell.power, n));
          const seconds = network[kind](bytes, n);
          expect(seconds).toBeGreaterThanOrEqual(Math.min(...measured) * (1 - 1e-9));
          expect(seconds).toBeLessThanOrEqual(Math.max(...measured) * (1 + 1e-9));
        }
      }),
    );
  });

  test("has no step at a row", () => {
    fc.assert(
      fc.property(curves, (all) => {
        const network = collectives(createNetworkModel(withRows(all.flatMap(rowsOf))));
        for (const { kind, n, cells } of KINDS.flatMap((kind) => readOf(all, kind))) {
          for (const { power } of cells) {
            for (const beside of [1 - 1e-9, 1 + 1e-9])
              expect(network[kind](beside * 2 ** power, n) / network[kind](2 ** power, n)).toBeCloseTo(1, 5);
          }
        }
      }),
    );
  });

  test("between two rows follows the model, and less so beside a row of the reverse collective, as docs/models.md has it by hand", () => {
    const row = (kind: Kind, bytes: number, more: number): Row => [
      kind,
      "nccl",
      8,
      1,
      bytes,
      1e6 * more * collectives(plain)[kind](bytes, 8),
    ];
    const own = [row("all-gather", 1e6, 1.2), row("all-gather", 4e6, 1.1)];
    const ratio = (rows: Row[]) =>
      Math.log(collectives(createNetworkModel(withRows(rows)))["all-gather"](2e6, 8) / collectives(plain)["all-gather"](2e6, 8));
    expect(ratio(own)).toBeCloseTo(0.1388, 4); // (ln 1.2 + ln 1.1) / 2
    expect(ratio([...own, row("reduce-scatter", 2e6, 1.3)])).toBeCloseTo(0.1567, 4); // 0.4278 (ln 1.2 + ln 1.1) + 0.1445 ln 1.3
  });

  test("of an engine takes what NCCL's does between rows that took as long as that, and until the first of them its own way", () => {
    const model = (bytes: number) => collectives(plain)["all-reduce"](bytes, 8);
    const row = (library: string, bytes: number, more: number): Row => ["all-reduce", library, 8, 1, bytes, 1e6 * more * model(bytes)];
    const engine = [0.5, 1, 4].map((mebibytes, i) => row("sglang", mebibytes * 2 ** 20, [1, 1.2, 1.1][i]!));
    const nccl = [0.5, 0.75, 1, 2, 4].map((mebibytes, i) => row("nccl", mebibytes * 2 ** 20, [1.7, 2.4, 1.2, 1.5, 1.1][i]!));
    const network = createNetworkModel(withRows([...engine, ...nccl]));
    const times = (mebibytes: number) => network.allReduceSeconds(mebibytes * 2 ** 20, neighbours(8)) / model(mebibytes * 2 ** 20);
    expect(times(2)).toBeGreaterThan(1.45);
    expect(times(0.75)).toBeLessThan(1.15);
    expect(createNetworkModel(withRows(engine)).allReduceSeconds(2 ** 21, neighbours(8)) / model(2 ** 21)).toBeLessThan(1.2);
  });

  test("of an engine takes NCCL's way for symmetric memory where all its rows there took what NCCL's did, and else its own", () => {
    const model = (bytes: number) => collectives(plain)["all-reduce"](bytes, 8);
    const row = (library: string, mebibytes: number, more: number): Row => {
      const bytes = mebibytes * 2 ** 20;
      return ["all-reduce", library, 8, 1, bytes, 1e6 * more * model(bytes)];
    };
    const nccl = [1, 2, 4, 16].map((mebibytes, i) => row("nccl", mebibytes, [1.2, 1.6, 1.2, 1.1][i]!));
    const times = (last: number) => {
      const network = createNetworkModel(withRows([row("vllm", 1, 1.2), row("vllm", 4, 1.2), row("vllm", 16, last), ...nccl]));
      return network.allReduceSeconds(2 ** 21, neighbours(8)) / model(2 ** 21);
    };
    expect(times(1.1)).toBeGreaterThan(1.5);
    expect(times(0.9)).toBeLessThan(1.3);
  });

  test("changes its way where the engine documents it, and runs there from one to the other within a thousandth of the bytes", () => {
    const cells = [16, 17, 18, 20, 21, 22].map((power) => ({ power, times: power < 19 ? 1 : 2 }));
    const network = collectives(createNetworkModel(withRows(rowsOf({ kind: "all-reduce", n: 4, library: "vllm", cells }))));
    const ratio = (bytes: number) => Math.log(network["all-reduce"](bytes, 4) / collectives(plain)["all-reduce"](bytes, 4)) / Math.LN2;
    const limit = 2 ** 19; // one shot up to 512 KiB over four H100
    expect(ratio(0.99 * limit)).toBeLessThan(0.35);
    expect(ratio(limit)).toBeGreaterThan(0.65);
    const ends = [ratio(limit * (1 - 1 / 1024)), ratio(limit)];
    expect(ratio(limit * (1 - 1 / 2048))).toBeCloseTo((ends[0]! + ends[1]!) / 2, 3);
    expect(ratio(limit * (1 - 1e-9))).toBeCloseTo(ends[1]!, 5);
  });

  test("beyond all rows keeps the ratio of the last one, or is held up by the link: no time is extrapolated", () => {
    const cells = [10, 20].map((power) => ({ power, times: power / 10 }));
    const network = collectives(createNetworkModel(withRows(rowsOf({ kind: "all-reduce", n: 8, library: "vllm", cells }))));
    for (const bytes of [16, 512, 1024])
      expect(network["all-reduce"](bytes, 8) / collectives(plain)["all-reduce"](bytes, 8)).toBeCloseTo(1, 9);
    for (const bytes of [2 ** 20, 2 ** 24, 2 ** 30]) {
      expect(network["all-reduce"](bytes, 8) / collectives(plain)["all-reduce"](bytes, 8)).toBeCloseTo(2, 9);
    }
  });

  test("takes at least the share of the model's time that its rows do, everywhere and for any number of ranks, and no time is negative", () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 2, max: 8 }), ofBytes, fc.constantFrom(...KINDS), (all, n, bytes, kind) => {
        const cluster = withRows(all.flatMap(rowsOf));
        const shares = tabledShares(cluster);
        const share = kind === "all-reduce" ? shares.allReduce : kind === "all-to-all" ? shares.exchange : shares.gather;
        const seconds = collectives(createNetworkModel(cluster))[kind](bytes, n);
        expect(seconds).toBeGreaterThanOrEqual(share * collectives(plain)[kind](bytes, n) * (1 - 1e-9));
        expect(seconds).toBeGreaterThan(0);
      }),
    );
  });

  test("between two rows is no faster than the link, or than the faster of them", () => {
    const fast = rowsOf({
      kind: "all-gather",
      n: 8,
      library: "nccl",
      cells: [
        { power: 29, times: 1 },
        { power: 30, times: 1 },
      ],
    });
    const beside = rowsOf({
      kind: "all-gather",
      n: 4,
      library: "nccl",
      cells: [
        { power: 29, times: 0.3 },
        { power: 30, times: 0.3 },
      ],
    });
    const network = collectives(createNetworkModel(withRows([...fast, ...beside])));
    const bytes = 1.5 * 2 ** 29;
    expect(((7 / 8) * bytes) / network["all-gather"](bytes, 8)).toBeLessThanOrEqual(450e9);
  });

  test("an empty table changes nothing, and neither do rows of other traffic", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Row[]>([], [["send", "nccl", 2, 1000, 1]]),
        fc.constantFrom(...KINDS),
        fc.integer({ min: 2, max: 8 }),
        ofBytes,
        (rows, kind, n, bytes) => {
          expect(collectives(createNetworkModel(withRows(rows)))[kind](bytes, n)).toBe(collectives(plain)[kind](bytes, n));
        },
      ),
    );
  });

  test("over a number of ranks that was not measured the ratio lies on the line between those of fewer and more", () => {
    const at = (n: number, more: number) => rowsOf({ kind: "all-reduce", n, library: "vllm", cells: [{ power: 20, times: more }] });
    const network = collectives(createNetworkModel(withRows([...at(4, 1), ...at(8, 4)])));
    const ratio = (n: number) => network["all-reduce"](2 ** 20, n) / collectives(plain)["all-reduce"](2 ** 20, n);
    const share = Math.log(6 / 4) / Math.log(8 / 4);
    expect(Math.log(ratio(6))).toBeCloseTo(share * Math.log(4), 2); // the other curve says a little about each
    expect(ratio(2)).toBeCloseTo(1, 9);
  });

  test("repeated rows count by their geometric mean, and of several files the first that has a curve is read", () => {
    const model = collectives(plain)["all-reduce"](1e6, 8);
    const row = (more: number): Row => ["all-reduce", "vllm", 8, 1, 1e6, 1e6 * more * model];
    const ratio = (...files: Row[][]) => collectives(createNetworkModel(withRows(...files)))["all-reduce"](1e6, 8) / model;
    expect(ratio([row(1), row(4)])).toBeCloseTo(2, 9);
    expect(ratio([row(1)], [row(4)])).toBeCloseTo(1, 9);
    expect(ratio([row(4)], [row(1)])).toBeCloseTo(4, 9);
  });

  test("over nodes a group that was measured follows its rows, and another one those of gathers in its nodes", () => {
    const group = Int32Array.from({ length: 16 }, (_, i) => i);
    const far: Row = ["all-reduce", "nccl", 16, 2, 1e6, 123];
    const near: Row[] = (["all-gather", "reduce-scatter"] as const).map((kind) => [
      kind,
      "nccl",
      8,
      1,
      1e6,
      2e6 * collectives(plain)[kind](1e6, 8),
    ]);
    const gather = collectives(plain)["all-gather"](1e6, 8);
    expect(createNetworkModel(withRows([far, ...near])).allReduceSeconds(1e6, group)).toBeCloseTo(123e-6, 12);
    expect(createNetworkModel(withRows(near)).allReduceSeconds(1e6, group)).toBeCloseTo(
      plain.allReduceSeconds(1e6, group) + 2 * gather,
      12,
    );
  });

  test("exchanges come back as measured, follow the nearest ones of other sizes, and sends and their way are kept apart", () => {
    const rows = [
      exchangeRow("per-token-dispatch", 64, 77, [20]),
      exchangeRow("per-token-dispatch", 4096, 777, [20]),
      exchangeRow("per-token-dispatch", 4096, 999, [10]),
      exchangeRow("per-copy-combine", 128, 55),
    ];
    const network = createNetworkModel(withRows([...rows, ["send", "nccl", 2, 1000, 44], ["send", "nccl", 1, 1000, 4]]));
    expect(exchanged(network, copiesOf("per-token", 64), DISPATCH)).toBeCloseTo(77e-6, 12);
    expect(exchanged(network, copiesOf("per-token", 4096), DISPATCH)).toBeCloseTo(777e-6, 12);
    expect(exchanged(network, copiesOf("per-copy", 128), COMBINE)).toBeCloseTo(55e-6, 12);
    const wider = { ...COMBINE, tokenBytes: 8192 } as never as typeof COMBINE;
    const ratio = 55e-6 / exchanged(plain, copiesOf("per-copy", 128), COMBINE);
    expect(exchanged(network, 1000, wider) / exchanged(plain, 1000, wider)).toBeCloseTo(ratio, 9);
    expect(network.sendSeconds(1000, 0, 8)).toBeCloseTo(44e-6, 12);
    expect(network.sendSeconds(1000, 0, 1)).toBeCloseTo(4e-6, 12);
    expect(network.turnsRound).toBe(false);
  });

  test("is counted as inside where it lies between rows of its very sizes, with all its ranks", () => {
    const cells = [10, 20].map((power) => ({ power, times: 2 }));
    const network = createNetworkModel(
      withRows([...rowsOf({ kind: "all-reduce", n: 8, library: "vllm", cells }), ["send", "nccl", 2, 1000, 44]]),
    );
    const trafficOf = (use: (traffic: { nodeBytes: number; fabricBytes: number; tabledSeconds: number }) => number) => {
      const traffic = { nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0 };
      return { seconds: use(traffic), tabled: traffic.tabledSeconds };
    };
    const inside = trafficOf((traffic) => network.allReduceSeconds(5000, neighbours(8), traffic));
    expect(inside.tabled).toBeCloseTo(8 * inside.seconds, 15);
    for (const bytes of [1000, 2 ** 21])
      expect(trafficOf((traffic) => network.allReduceSeconds(bytes, neighbours(8), traffic)).tabled).toBe(0);
    expect(trafficOf((traffic) => network.allReduceSeconds(5000, neighbours(7), traffic)).tabled).toBe(0);
    expect(trafficOf((traffic) => network.sendSeconds(1000, 0, 8, traffic)).tabled).toBeCloseTo(44e-6, 12);
    expect(trafficOf((traffic) => network.sendSeconds(999, 0, 8, traffic)).tabled).toBe(0);
  });

  test("may have many rows in a curve", { tags: "long" }, () => {
    const rows = Array.from({ length: 30_000 }, (_, i): Row => ["all-reduce", "vllm", 8, 1, 1000 + 2 * (i >> 1), 10 + i / 1000]);
    const network = createNetworkModel(withRows(rows));
    expect(network.allReduceSeconds(11_000, neighbours(8))).toBeCloseTo(Math.sqrt(20e-6 * 20.001e-6), 12);
    expect(tabledShares(withRows(rows)).allReduce).toBeGreaterThan(0);
  });

  test("is named in the report", () => {
    expect(createNetworkModel(withRows([], [])).name).toBe(`${plain.name}, corrected by 0.csv, 1.csv`);
  });
});
