import type { HealthSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DETECTORS, type Detector, detectionOf } from "./detection.ts";
import type { Symptom } from "./fault-kinds/fault-kind.ts";

interface Struck extends Symptom {
  readonly atNs: number;
}

const time = fc.integer({ min: 0, max: 40 });
const anyHealth: fc.Arbitrary<HealthSpec> = fc
  .record({
    exit: fc.option(time, { nil: undefined }),
    collectiveTimeout: fc.option(time, { nil: undefined }),
    watchdog: fc.option(time, { nil: undefined }),
    probe: fc.option(fc.record({ every: fc.integer({ min: 1, max: 9 }), timeout: time, failures: fc.integer({ min: 1, max: 4 }) }), {
      nil: undefined,
    }),
    heartbeat: fc.option(fc.record({ every: fc.integer({ min: 1, max: 9 }), lost: time }), { nil: undefined }),
    canary: fc.option(fc.record({ after: time, timeout: time }), { nil: undefined }),
    confirm: time,
  })
  .map((health) => ({ ...health, onLoss: { kind: "hang" }, inFlight: "fail", aborts: "lost", whileDown: "wait" }));
const anyFault: fc.Arbitrary<Struck> = fc
  .record({ at: time, look: fc.constantFrom("gone", "gone with its node", "hangs", "raises an error") })
  .map(({ at, look }) => ({
    atNs: at * 1e9,
    isGone: look.startsWith("gone"),
    withNode: look === "gone with its node",
    raisesError: look === "raises an error",
  }));
const anyTraffic = fc.option(time, { nil: undefined });
const law = (check: (health: HealthSpec, fault: Struck, trafficNs: number | undefined) => void) =>
  fc.assert(
    fc.property(anyHealth, anyFault, anyTraffic, (health, fault, later) =>
      check(health, fault, later === undefined ? undefined : fault.atNs + later * 1e9),
    ),
    { numRuns: drawnCases(300) },
  );

const only = (health: HealthSpec, by: Detector): HealthSpec => ({
  confirm: health.confirm,
  onLoss: health.onLoss,
  inFlight: health.inFlight,
  aborts: health.aborts,
  whileDown: health.whileDown,
  [by]: health[by],
});

describe("detectors", () => {
  test("see nothing before it is there, and confirm it after that", () => {
    law((health, fault, trafficNs) => {
      const sight = detectionOf(health, fault, fault.atNs, trafficNs);
      if (sight !== undefined) expect(sight.atNs).toBeGreaterThanOrEqual(fault.atNs + health.confirm * 1e9);
    });
  });

  test("never report what they are blind to: exits and probes a hang, an exit a node that is gone, timeouts a replica without traffic", () => {
    law((health, fault, trafficNs) => {
      const by = detectionOf(health, fault, fault.atNs, trafficNs)?.by;
      if (!fault.isGone) expect(["probe", "heartbeat"]).not.toContain(by);
      if (!fault.isGone && !fault.raisesError) expect(by).not.toBe("exit");
      if (fault.withNode) expect(by).not.toBe("exit");
      if (trafficNs === undefined) expect(["collectiveTimeout", "watchdog"]).not.toContain(by);
      if (by !== undefined) expect(health[by]).toBeDefined();
    });
  });

  test("together know as early as the first of them, and it is the one that is named", () => {
    law((health, fault, trafficNs) => {
      const each = DETECTORS.flatMap((by) => detectionOf(only(health, by), fault, fault.atNs, trafficNs) ?? []);
      const sight = detectionOf(health, fault, fault.atNs, trafficNs);
      expect(sight?.atNs).toBe(each.length === 0 ? undefined : Math.min(...each.map(({ atNs }) => atNs)));
      if (sight !== undefined) expect(detectionOf(only(health, sight.by), fault, fault.atNs, trafficNs)).toEqual(sight);
    });
  });

  test("never know earlier for a longer timeout, nor for another detector less", () => {
    const longer = (health: HealthSpec, by: Detector, more: number): HealthSpec => {
      const own = health[by];
      if (own === undefined) return health;
      if (typeof own === "number") return { ...health, [by]: own + more };
      return { ...health, [by]: "lost" in own ? { ...own, lost: own.lost + more } : { ...own, timeout: own.timeout + more } };
    };
    fc.assert(
      fc.property(anyHealth, anyFault, anyTraffic, fc.constantFrom(...DETECTORS), time, (health, fault, later, by, more) => {
        const trafficNs = later === undefined ? undefined : fault.atNs + later * 1e9;
        const knownNs = (given: HealthSpec) => detectionOf(given, fault, fault.atNs, trafficNs)?.atNs ?? Number.POSITIVE_INFINITY;
        expect(knownNs(longer(health, by, more))).toBeGreaterThanOrEqual(knownNs(health));
        expect(knownNs({ ...health, confirm: health.confirm + more })).toBeGreaterThanOrEqual(knownNs(health));
        expect(knownNs({ ...health, [by]: undefined })).toBeGreaterThanOrEqual(knownNs(health));
      }),
      { numRuns: drawnCases(300) },
    );
  });

  test("by hand: a GPU lost at 25 s", () => {
    const none = { confirm: 0, onLoss: { kind: "hang" }, inFlight: "fail", aborts: "lost", whileDown: "wait" } as const;
    const lost: Symptom = { isGone: true, withNode: false, raisesError: false };
    const seconds = (health: Partial<HealthSpec>, trafficNs?: number) =>
      (detectionOf({ ...none, ...health }, lost, 25e9, trafficNs)?.atNs ?? -1e9) / 1e9;
    expect(seconds({ exit: 9 })).toBe(34);
    expect(seconds({ probe: { every: 10, timeout: 1, failures: 3 } })).toBe(51); // probes at 30, 40 and 50 s fail
    expect(seconds({ heartbeat: { every: 10, lost: 30 } })).toBe(50); // the last sign came at 20 s
    expect(seconds({ canary: { after: 10, timeout: 3 } })).toBe(38);
    expect(seconds({ watchdog: 300 })).toBe(-1); // no traffic
    expect(seconds({ watchdog: 300 }, 27e9)).toBe(327);
    expect(seconds({ watchdog: 300, exit: 9, confirm: 30 }, 27e9)).toBe(64);
  });

  test("by hand: a sign that is due at the very instant of the fault does not come, and neither does a probe's answer", () => {
    const none = { confirm: 0, onLoss: { kind: "hang" }, inFlight: "fail", aborts: "lost", whileDown: "wait" } as const;
    const lost: Symptom = { isGone: true, withNode: false, raisesError: false };
    const seconds = (health: Partial<HealthSpec>, at: number) => detectionOf({ ...none, ...health }, lost, at * 1e9)!.atNs / 1e9;
    const heartbeat = { every: 10, lost: 25 };
    expect([0, 10, 19, 20, 21].map((at) => seconds({ heartbeat }, at))).toEqual([25, 25, 35, 35, 45]); // the last at 0, 0, 10, 10, 20
    const probe = { every: 10, timeout: 1, failures: 2 };
    expect([0, 10, 19, 20, 21].map((at) => seconds({ probe }, at))).toEqual([11, 21, 31, 31, 41]); // the second that fails at 10, 20, 30, 30, 40
  });
});
