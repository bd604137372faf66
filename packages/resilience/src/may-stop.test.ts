import type { FaultSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { healthsOf, isAnyHealth, sparesOf } from "./health-of-pools.ts";
import { lossPolicyOf } from "./loss-policy.ts";
import { isOfLinks, maySlow, mayStop } from "./may-stop.ts";
import { type Lacking, StandBy } from "./stand-by.ts";

const fault = (kind: string, more: object = {}) => ({ kind, at: 0, ranks: [0], ...more }) as unknown as FaultSpec;
const drawn = (of: object) => ({ kind: "random", of }) as unknown as FaultSpec;
const stops = (faults: readonly FaultSpec[], giveUp?: number) =>
  mayStop({ faults: [...faults], communication: giveUp === undefined ? undefined : ({ giveUp } as never) });

describe("a fault may stop a replica", () => {
  test("if it lasts at all, or for ever", () => {
    expect(stops([])).toBe(false);
    expect(stops([fault("gpu-lost")])).toBe(true);
    expect(stops([fault("process-hang", { for: 0 })])).toBe(false);
    expect(stops([fault("process-hang", { for: 1e-9 })])).toBe(true);
    expect(stops([fault("process-hang", { for: 0 }), fault("gpu-lost")])).toBe(true);
    expect(stops([drawn({ kind: "gpu-lost", for: 0 })])).toBe(false);
    expect(stops([drawn({ kind: "gpu-lost", for: 1 })])).toBe(true);
  });

  test("slow parts never", () => {
    for (const kind of ["gpu-slow", "link-slow"]) {
      expect(stops([fault(kind, { speed: 0.5 })])).toBe(false);
      expect(maySlow(fault(kind, { speed: 0.5 }))).toBe(true);
      expect(maySlow(drawn({ kind, speed: 0.5 }))).toBe(true);
    }
    expect(maySlow(fault("gpu-lost"))).toBe(false);
  });

  test("links if they are down for longer than collectives wait", () => {
    const link = (lasts: number | undefined) => [fault("link-lost", { for: lasts })];
    expect([stops(link(10), 10), stops(link(10.5), 10), stops(link(undefined), 10), stops(link(0)), stops(link(1))]).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    const flap = (down: object) => [fault("link-flap", { cycles: 3, down })];
    expect(stops(flap({ kind: "fixed", value: 10 }), 10)).toBe(false);
    expect(stops(flap({ kind: "fixed", value: 11 }), 10)).toBe(true);
    expect(stops(flap({ kind: "uniform", from: 1, to: 10 }), 10)).toBe(false);
    expect(stops(flap({ kind: "uniform", from: 1, to: 11 }), 10)).toBe(true);
    expect(stops(flap({ kind: "exponential", mean: 0.001 }), 10)).toBe(true); // it has no longest
  });

  test("of links are lost and flapping ones, and switches", () => {
    const kinds = ["link-lost", "link-flap", "switch-lost", "link-slow", "gpu-lost", "node-lost", "process-hang", "expert-lost"];
    expect(kinds.filter((kind) => isOfLinks(fault(kind)))).toEqual(["link-lost", "link-flap", "switch-lost"]);
    expect(isOfLinks(drawn({ kind: "link-lost" }))).toBe(true);
  });
});

test("what each reaction does of a loss", () => {
  const policy = (kind: Parameters<typeof lossPolicyOf>[0]["kind"]) =>
    Object.entries(lossPolicyOf({ kind })).flatMap(([word, holds]) => (holds ? [word] : []));
  expect(policy("hang")).toEqual([]);
  expect(policy("restart")).toEqual(["reacts"]);
  expect(policy("replace")).toEqual(["reacts", "replacesRanks"]);
  expect(policy("shrink")).toEqual(["reacts", "continues", "reloads"]);
  expect(policy("mask")).toEqual(["reacts", "continues"]);
  expect(policy("reroute")).toEqual(["reacts", "continues", "detours"]);
});

test("a pool has its own health and spares, or those of all", () => {
  const [own, all] = [{ exit: 1 }, { exit: 2 }] as never[];
  const of = (health: unknown, pools?: readonly object[]) =>
    healthsOf({ health, pools } as never).map(({ path, value }) => [path.join("."), value]);
  expect(of(all)).toEqual([["health", all]]);
  expect(of(undefined)).toEqual([["health", undefined]]);
  expect(of(all, [{}, { health: own }])).toEqual([
    ["health", all],
    ["pools.1.health", own],
  ]);
  expect(of(all, [{ health: own }, { health: own }])).toEqual([
    ["pools.0.health", own],
    ["pools.1.health", own],
  ]);
  expect(sparesOf({ spares: { kind: "ranks", count: 2 }, pools: undefined } as never)).toEqual([
    { path: ["spares"], value: { kind: "ranks", count: 2 } },
  ]);
  expect(isAnyHealth({ health: all, pools: [{}, { health: own }] } as never, ({ exit }) => exit === 1)).toBe(true);
  expect(isAnyHealth({ health: undefined, pools: undefined } as never, () => true)).toBe(false);
});

describe("by hand: two spare GPUs", () => {
  const lacking = (ranks: number, endNs: number, lacksGpus = true): Lacking => ({
    ranks: Array.from({ length: ranks }, (_, rank) => rank),
    lacksGpus,
    endNs,
    spares: 0,
  });

  test("go to those that come first; who finds too few waits, takes none, and is asked again in turn", () => {
    const standBy = new StandBy(2);
    const [one, three, two] = [lacking(1, 100), lacking(3, 200), lacking(2, 300)];
    expect(standBy.equips(0, [one], 10)).toBe(true);
    expect(one.spares).toBe(1);
    expect(standBy.equips(1, [three], 10)).toBe(false);
    expect(standBy.equips(2, [two], 10)).toBe(false);
    expect([three.spares, two.spares]).toEqual([0, 0]);
    expect(standBy.release(one)).toEqual([1, 2]);
    expect(one.spares).toBe(0);
    expect(standBy.equips(1, [three], 100)).toBe(false);
    expect(standBy.equips(2, [two], 100)).toBe(true);
    expect(standBy.release(two)).toEqual([1]);
    expect(standBy.equips(1, [three], 200)).toBe(true); // its own are back
    expect(standBy.release(three)).toEqual([]);
  });

  test("are not taken for what lacks none, is back, or has some; of several losses those that find one keep it", () => {
    const standBy = new StandBy(2);
    expect(standBy.equips(0, [lacking(5, 100, false), lacking(5, 10)], 10)).toBe(true);
    expect(standBy.equips(0, [lacking(5, 11)], 10)).toBe(false);
    const [first, second] = [lacking(2, 100), lacking(1, 100)];
    expect(standBy.equips(1, [first, second], 10)).toBe(false);
    expect([first.spares, second.spares]).toEqual([2, 0]);
    expect(standBy.equips(1, [first], 10)).toBe(true); // it has them already
    expect(standBy.release(first)).toEqual([0]);
  });
});
