import { layerKinds } from "@tokenyard/model";
import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { faultOf } from "../fault.ts";
import { type Cause, type Failure, failureOf } from "./failure.ts";
import { FailureTimeline } from "./failure-timeline.ts";
import type { Fleet } from "./fleet.ts";
import { Reactions } from "./reactions.ts";
import { DENSE_MODEL, EXPERTS_MODEL } from "./small-models.contract.ts";

const UNTIL = 10_000;
const RESTART = { exit: "5 s", watchdog: "30 s", onLoss: { kind: "restart", time: "90 s" }, inFlight: "fail" };

/** Two replicas of two GPUs each on one node; a lost GPU is known after 5 s, a hang after 30 s, and all restart in 90 s, unless `more` says else. */
function fleetOf(more: object): Fleet {
  const scenario = parseScenario({
    tokenyard: 1,
    model: DENSE_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { tensor: 2, data: 2 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
    health: RESTART,
    ...more,
  });
  const withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
  return { scenario, plan: compilePlan(scenario), withExperts, load: () => 0, needLinks: new Set() };
}

/** What 10,000 s are like in which such failures strike: 10 requests/s, 40 in flight. Times in seconds. */
function course(fleet: Fleet, failures: readonly Failure[]) {
  const timeline = new FailureTimeline(fleet, new Reactions(fleet), { perSecond: 10, inFlight: 40 });
  timeline.run(failures, UNTIL * 1e9);
  const { servingNs, wholeNs, degradedNs, capacityNs, downNs, longestNs, outages, failed, refused, delayed, seen } = timeline.account;
  const s = (ns: number) => Math.round(ns) / 1e9;
  return {
    notServing: s(UNTIL * 1e9 - servingNs),
    notWhole: s(UNTIL * 1e9 - wholeNs),
    degraded: s(degradedNs),
    capacityLost: s(UNTIL * 1e9 - capacityNs),
    down: s(downNs),
    longest: s(longestNs),
    outages,
    failed: Math.round(failed * 1e6) / 1e6,
    refused: Math.round(refused * 1e6) / 1e6,
    delayed: Math.round(delayed * 1e6) / 1e6,
    seen: Object.fromEntries(
      [...seen].map(([cause, { by, seconds, ...counts }]) => [cause, { ...counts, seconds: s(seconds * 1e9), by: Object.fromEntries(by) }]),
    ),
    resumed: timeline.outages.map(({ resumedNs }) => s(resumedNs)),
  };
}

const failing = (fleet: Fleet) => (cause: Cause, index: number, at: number, repair: number) =>
  failureOf(cause, index, at * 1e9, repair * 1e9, fleet.plan);
/** Failures of `cause`, GPU or node number, second, seconds of repair, by a fleet with `more`. */
const struck = (more: object, ...failures: readonly (readonly [Cause, number, number, number])[]) => {
  const fleet = fleetOf(more);
  return course(
    fleet,
    failures.map((each) => failing(fleet)(...each)),
  );
};

describe("by hand: a process that hangs at 1,000 s", () => {
  test("is known at 1,030 s and restarted at 1,120 s: one of two replicas is down for 120 s", () => {
    expect(struck({}, ["hang", 1, 1000, 3600])).toEqual({
      notServing: 0,
      notWhole: 120,
      degraded: 0,
      capacityLost: 60,
      down: 120,
      longest: 120,
      outages: 1,
      failed: 170, // half of the 40 in flight and of the 300 that came in 30 s
      refused: 0,
      delayed: 0,
      seen: { hang: { struck: 1, known: 1, seconds: 30, by: { watchdog: 1 } } },
      resumed: [1120],
    });
  });

  test("delays the same requests where they begin again", () => {
    const health = { ...RESTART, inFlight: "requeue" };
    expect(struck({ health }, ["hang", 1, 1000, 3600])).toMatchObject({ failed: 0, delayed: 170, down: 120 });
  });

  test("costs what it lasts where it ends before it is known, and is restarted where it ends as it is", () => {
    const short = struck({}, ["hang", 1, 1000, 12]);
    expect(short).toMatchObject({ down: 12, failed: 0, delayed: 80, resumed: [1012] });
    expect(short.seen).toEqual({ hang: { struck: 1, known: 0, seconds: 0, by: {} } });
    expect(struck({}, ["hang", 1, 1000, 30])).toMatchObject({ down: 30, failed: 0 }); // what ends comes first
    expect(struck({}, ["hang", 1, 1000, 30.001])).toMatchObject({ down: 120, failed: 170 });
  });

  test("is never over where nothing is done: requests of its replica have no answer", () => {
    const health = { ...RESTART, onLoss: "hang" };
    const { seen, ...rest } = struck({ health }, ["hang", 1, 1000, 20_000]);
    expect(rest).toMatchObject({ down: 9000, longest: 9000, outages: 1, failed: (40 + 90_000) / 2, delayed: 0, capacityLost: 4500 });
    expect(seen["hang"]).toMatchObject({ known: 1 });
    expect(struck({ health }, ["hang", 1, 1000, 500])).toMatchObject({ down: 500, failed: 0, delayed: (40 + 5000) / 2 });
  });

  test("twice in one replica: the second one, in the restart, is met when that is over", () => {
    // restarts at 1,030 and, met at 1,120 and known at 1,150, again: up at 1,240
    const twice = struck({}, ["hang", 0, 1000, 3600], ["hang", 1, 1050, 3600]);
    expect(twice).toMatchObject({ outages: 1, down: 240, longest: 240, failed: 170 + 170, resumed: [1120, 1240] });
    expect(twice.seen["hang"]).toEqual({ struck: 2, known: 2, seconds: 30 + 100, by: { watchdog: 2 } });
    // the second one before the first is known: it is part of the same restart
    expect(struck({}, ["hang", 0, 1000, 3600], ["hang", 1, 1010, 3600])).toMatchObject({ outages: 1, down: 120, resumed: [1120, 1120] });
    // and of what is broken nothing breaks again
    const same = struck({}, ["hang", 0, 1000, 3600], ["hang", 0, 1010, 3600]);
    expect(same.seen["hang"]).toMatchObject({ struck: 1 });
    expect(same).toMatchObject({ down: 120 });
  });

  test("and one beside it that ends unseen: its requests wait for the other, and are counted once", () => {
    // the one of 12 s ends at 1,012 s, before the other is known at 1,035 s; up at 1,125 s
    const before = struck({}, ["hang", 0, 1000, 12], ["hang", 1, 1005, 3600]);
    expect(before).toMatchObject({ outages: 1, down: 125, failed: (40 + 350) / 2, delayed: 0, resumed: [1012, 1125] });
    // and one that comes and goes within the restart
    const within = struck({}, ["hang", 0, 1000, 3600], ["hang", 1, 1050, 12]);
    expect(within).toMatchObject({ outages: 1, down: 120, failed: 170, delayed: 0, resumed: [1120, 1062] });
  });

  test("in both replicas: while both are known to be down requests wait, or are refused", () => {
    const both = (health: object) => struck({ health }, ["hang", 0, 1000, 3600], ["hang", 2, 1050, 3600]);
    // down from 1,000 to 1,120 and from 1,050 to 1,170, known from 1,030 and 1,080: 40 s of closed doors, 70 s without service
    const waiting = both(RESTART);
    expect(waiting).toMatchObject({ notServing: 70, notWhole: 170, capacityLost: 120, down: 240, longest: 120, outages: 2, refused: 0 });
    expect([waiting.failed, waiting.delayed]).toEqual([340, 400]);
    const refusing = both({ ...RESTART, whileDown: "reject" });
    expect([refusing.failed, refusing.delayed, refusing.refused]).toEqual([340, 0, 400]);
  });

  test("at the end of the time: it is counted until then, and a failure after it is not", () => {
    expect(struck({}, ["hang", 1, 9990, 3600], ["hang", 2, 10_001, 1])).toMatchObject({ outages: 1, down: 10, failed: 70, delayed: 0 });
    expect(struck({}, ["hang", 1, 9960, 3600])).toMatchObject({ outages: 1, down: 40, failed: 170 }); // known, and restarting
  });
});

describe("by hand: a GPU that is lost at 1,000 s, for 600 s", () => {
  test("is waited for: known at 1,005 s, back at 1,600 s, up at 1,690 s", () => {
    expect(struck({}, ["gpu", 1, 1000, 600])).toMatchObject({
      down: 690,
      failed: (40 + 50) / 2,
      seen: { gpu: { struck: 1, known: 1, seconds: 5, by: { exit: 1 } } },
      resumed: [1690],
    });
  });

  test("is replaced by a spare GPU, if one is free: the next has to wait until the first is back", () => {
    const spares = { spares: { kind: "ranks", count: 1 } };
    expect(struck(spares, ["gpu", 1, 1000, 600])).toMatchObject({ down: 95, resumed: [1095] });
    const two = struck(spares, ["gpu", 1, 1000, 600], ["gpu", 2, 1010, 3600]);
    expect(two).toMatchObject({ down: 95 + 680, resumed: [1095, 1690], longest: 680 });
    expect(struck({ spares: { kind: "ranks", count: 2 } }, ["gpu", 1, 1000, 600], ["gpu", 2, 1010, 3600])).toMatchObject({ down: 190 });
    // the spare in its place may be lost as well
    expect(struck({ spares: { kind: "ranks", count: 2 } }, ["gpu", 1, 1000, 600], ["gpu", 1, 1200, 600]).seen["gpu"]).toMatchObject({
      struck: 2,
    });
    expect(struck({}, ["gpu", 1, 1000, 600], ["gpu", 1, 1200, 600]).seen["gpu"]).toMatchObject({ struck: 1 });
  });

  test("beside another of its replica: requests fail at the first sight alone, and the restart waits for both GPUs", () => {
    // known at 1,005 s and 1,015 s; both are back at 1,610 s
    const two = struck({}, ["gpu", 0, 1000, 600], ["gpu", 1, 1010, 600]);
    expect(two).toMatchObject({ outages: 1, down: 700, failed: (40 + 50) / 2, delayed: 0, resumed: [1700, 1700] });
    expect(two.seen["gpu"]).toEqual({ struck: 2, known: 2, seconds: 10, by: { exit: 2 } });
  });

  test("with its node takes both replicas, and reports nothing: only what is not computed shows it", () => {
    const node = struck({}, ["node", 0, 1000, 600]);
    expect(node).toMatchObject({ outages: 2, down: 2 * 690, notServing: 690, notWhole: 690, resumed: [1690, 1690] });
    expect(node.seen).toEqual({ node: { struck: 2, known: 2, seconds: 60, by: { watchdog: 2 } } });
    // closed from 1,030 to 1,690
    expect(node).toMatchObject({ failed: 2 * 170, delayed: 6600 });
  });
});

describe("by hand: a replica of four ranks with two experts each, that continues", () => {
  const experts = (onLoss: object, more: object = {}) => ({
    model: { ...EXPERTS_MODEL, experts: { ...EXPERTS_MODEL.experts, count: 8 } },
    parallelism: { expert: 4 },
    health: { ...RESTART, onLoss: { rebuild: "20 s", ...onLoss } },
    ...more,
  });

  test("without a rank: 25 s down, then three of four groups and two layers with two experts missing, until the rank is back", () => {
    // known at 1,005 s, on at 1,025 s, back at 1,600 + 10 s
    expect(struck(experts({ kind: "mask", rejoin: "10 s" }), ["gpu", 1, 1000, 600])).toEqual({
      notServing: 25,
      notWhole: 610,
      degraded: 585,
      capacityLost: 25 + 585 / 4,
      down: 25,
      longest: 25,
      outages: 1,
      failed: 90 / 4,
      refused: 0,
      delayed: (90 * 3) / 4 + 200, // all that come while it rebuilds: there is no other replica
      seen: { gpu: { struck: 1, known: 1, seconds: 5, by: { exit: 1 } } },
      resumed: [1025],
    });
  });

  test("for good, where it does not take ranks back", () => {
    expect(struck(experts({ kind: "mask" }), ["gpu", 1, 1000, 600])).toMatchObject({ degraded: 8975, capacityLost: 25 + 8975 / 4 });
  });

  test("with all experts, where there was an empty slot for each", () => {
    const spares = { spares: { kind: "standby", perLayer: 4 } };
    expect(struck(experts({ kind: "shrink" }, spares), ["gpu", 1, 1000, 600])).toMatchObject({ degraded: 0, notWhole: 9000 });
    expect(struck(experts({ kind: "shrink" }), ["gpu", 1, 1000, 600])).toMatchObject({ degraded: 8975 });
  });

  test("a second loss is added to the first, one of the same rank is none; and a rank that is back leaves the other missing", () => {
    const twice = struck(experts({ kind: "mask", rejoin: "10 s" }), ["gpu", 1, 1000, 600], ["gpu", 2, 1200, 600], ["gpu", 1, 1300, 9]);
    // 25 s each; three groups from 1,025, two from 1,225, three again from 1,610, four from 1,810
    expect(twice).toMatchObject({ outages: 2, down: 50, capacityLost: 50 + (175 * 1) / 4 + (385 * 2) / 4 + (200 * 1) / 4, degraded: 760 });
    expect(twice.seen["gpu"]).toMatchObject({ struck: 2 });
  });

  test("all requests fail where all ranks abort", () => {
    const health = { ...RESTART, aborts: "replica", onLoss: { kind: "mask", rebuild: "20 s", rejoin: "10 s" } };
    expect(struck(experts({}, { health }), ["gpu", 1, 1000, 600])).toMatchObject({ failed: 90, delayed: 200 });
  });

  test("starts again where no group is left", () => {
    const shared = experts({ kind: "mask", rejoin: "10 s" }, { parallelism: { expert: 4, attention: { tensor: 4 } } });
    expect(struck(shared, ["gpu", 1, 1000, 600])).toMatchObject({ down: 620, degraded: 0, resumed: [1620] });
  });

  test("without a single slot: nothing else is lost, and another loss of the same slot is none", () => {
    const fleet = fleetOf(experts({ kind: "mask", rejoin: "10 s" }));
    const slot = (expert: number, at: number): Failure => ({
      ...faultOf({ kind: "expert-lost", at: 0, for: undefined, layer: 0, expert }, fleet.plan),
      cause: "expert",
      atNs: at * 1e9,
      endNs: (at + 600) * 1e9,
    });
    const one = course(fleet, [slot(3, 1000), slot(3, 1100)]);
    expect(one).toMatchObject({ down: 25, degraded: 585, capacityLost: 25, failed: 0 });
    expect(one.seen).toEqual({ expert: { struck: 1, known: 1, seconds: 5, by: { exit: 1 } } });
    expect(course(fleet, [slot(3, 1000), slot(2, 1100)]).seen["expert"]).toMatchObject({ struck: 2 });
  });
});

describe("by hand: slow GPUs", () => {
  const slow = (fleet: Fleet, ranks: number[], speed: number, at: number, lasts: number): Failure => ({
    ...faultOf({ kind: "gpu-slow", at: 0, for: undefined, ranks, speed }, fleet.plan),
    cause: "slow",
    atNs: at * 1e9,
    endNs: (at + lasts) * 1e9,
  });

  test("a replica has the pace of its slowest GPU; one that is slowed twice has both", () => {
    const fleet = fleetOf({});
    const lostBy = (...failures: readonly Failure[]) => course(fleet, failures);
    expect(lostBy(slow(fleet, [1], 0.5, 1000, 100))).toMatchObject({ capacityLost: 25, down: 0, outages: 0, notWhole: 0 });
    expect(lostBy(slow(fleet, [0], 0.8, 1000, 100), slow(fleet, [1], 0.5, 1050, 100)).capacityLost).toBeCloseTo(50 * 0.1 + 100 * 0.25, 9);
    expect(lostBy(slow(fleet, [1], 0.8, 1000, 100), slow(fleet, [1], 0.5, 1050, 100)).capacityLost).toBeCloseTo(
      50 * 0.1 + 50 * 0.3 + 50 * 0.25,
      9,
    );
    expect(lostBy(slow(fleet, [1], 0.5, 1000, 100), slow(fleet, [2], 0.5, 1000, 100)).capacityLost).toBe(50);
  });

  test("one that a replica continues without slows it no more", () => {
    const fleet = fleetOf({
      model: EXPERTS_MODEL,
      parallelism: { expert: 4 },
      health: { ...RESTART, onLoss: { kind: "mask", rebuild: "20 s" } },
    });
    const lost = failing(fleet)("gpu", 1, 1000, 600);
    expect(course(fleet, [slow(fleet, [1], 0.5, 900, 9000), lost]).capacityLost).toBeCloseTo(100 / 2 + 25 + 8975 / 4, 6);
    expect(course(fleet, [slow(fleet, [2], 0.5, 900, 9000), lost]).capacityLost).toBeCloseTo(
      100 / 2 + 25 + 8875 * (1 - 0.75 / 2) + 100 / 4,
      6,
    );
  });
});

describe("by hand: a link that goes down at 1,000 s", () => {
  const down = (more: object, seconds: number) => {
    const fleet = fleetOf({ communication: { giveUp: "10 s", fallback: "fail" }, ...more });
    const streams = new Streams(1);
    const failure: Failure = {
      ...faultOf({ kind: "link-lost", at: 0, for: undefined, ranks: [1] }, fleet.plan),
      cause: "down",
      atNs: 1000e9,
      endNs: (1000 + seconds) * 1e9,
      waits: () => streams.fresh("waits"),
    };
    return course(fleet, [failure]);
  };

  test("and is up again within what collectives wait: nothing is seen, and requests are late", () => {
    for (const seconds of [4, 10]) {
      const short = down({}, seconds);
      expect(short).toMatchObject({ down: seconds, failed: 0, delayed: (40 + 10 * seconds) / 2 });
      expect(short.seen).toEqual({ down: { struck: 1, known: 0, seconds: 0, by: {} } });
    }
  });

  test("and for longer: the error is reported, and the restart waits for the link", () => {
    const long = down({}, 600);
    expect(long).toMatchObject({ down: 690, failed: (40 + 100) / 2, resumed: [1690] });
    expect(long.seen).toEqual({ down: { struck: 1, known: 1, seconds: 10, by: { communication: 1 } } });
    expect(down({ spares: { kind: "ranks", count: 1 } }, 600)).toMatchObject({ down: 100 });
  });

  test("it is tried again after a wait: up at 1,012 s it is found at 1,013 s, without an error", () => {
    const communication = { giveUp: "10 s", retries: 1, backoff: { first: "3 s", jitter: "0 %" }, fallback: "fail" };
    expect(down({ communication }, 12)).toMatchObject({ down: 13, failed: 0, delayed: (40 + 130) / 2 });
    expect(down({ communication }, 24)).toMatchObject({ failed: (40 + 230) / 2, resumed: [1024 + 90] }); // the last error at 1,023 s
  });

  test("an error that nothing answers is found by a detector", () => {
    const none = down({ communication: { giveUp: "10 s", fallback: "none" } }, 600);
    expect(none).toMatchObject({ down: 690, failed: 170 });
    expect(none.seen["down"]).toMatchObject({ seconds: 30, by: { watchdog: 1 } });
  });

  test("a detector that sees it first takes the place of its error", () => {
    const health = { ...RESTART, watchdog: "7 s" };
    expect(down({ health }, 600).seen["down"]).toMatchObject({ seconds: 7, by: { watchdog: 1 } });
  });
});
