import { PluginFault, Registry } from "@tokenyard/plugins";
import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const heard: string[] = [];
const registry = new Registry();
registry.add(
  {
    name: "mine",
    version: "1",
    register(to) {
      const { z } = to;
      to.detection("watch", {
        settings: z.strictObject({ after: z.number().or(z.literal("never")) }),
        create: ({ after }) => ({
          knownSeconds({ kind, replica, ranks, atSeconds, isGone, detectorsSeconds }) {
            heard.push(`${kind} of ${ranks.join()} in ${replica} at ${atSeconds}, gone ${isGone}, detectors ${detectorsSeconds}`);
            return after === "never" ? undefined : atSeconds + after;
          },
        }),
      });
      to.recovery("few", {
        settings: z.strictObject({ restartFrom: z.int(), takes: z.number(), standsIn: z.string().default("mask") }),
        standIn: ({ standsIn }) => (standsIn === "mask" ? { kind: "mask", rebuild: "3 s" } : { kind: "restart", time: "40 s" }),
        create: ({ restartFrom, takes }) => ({
          recovery({ ranks, lostGroups, dataGroups, restarts, seconds }) {
            heard.push(`${ranks.length} lost, ${lostGroups} of ${dataGroups} groups, restarts ${restarts}, ${seconds} s`);
            return { restarts: ranks.length >= restartFrom, seconds: takes };
          },
        }),
      });
    },
  },
  [],
  "a".repeat(64),
);

/** What becomes of `lost` of 4 GPUs, at 10 s for 1,000 s, with this health. */
function eventOf(health: object, lost: readonly number[] = [1]) {
  const tree = {
    tokenyard: 1,
    engine: "ideal",
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 8, topK: 2, hiddenSize: 32 },
    },
    cluster: { gpu: { compute: "10 GFLOPS", bandwidth: "1 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { expert: 4, attention: { data: 4 } },
    workload: { kind: "open", rate: "1 requests/s", requests: 60, arrivals: "constant", promptTokens: 4, outputTokens: 2 },
    serving: { scheduler: "continuous" },
    faults: [{ kind: "gpu-lost", at: "10 s", for: "1000 s", ranks: lost }],
    health: { exit: "2 s", onLoss: { kind: "mask", rebuild: "3 s" }, ...health },
  };
  heard.length = 0;
  const report = summarize(run(prepare(parseScenario(tree, { words: registry }))));
  return { ...report.faults!.events[0]!, requests: report.requests };
}

test("a detection says when a fault is known, and the confirmation comes after it", () => {
  const known = eventOf({ detection: { kind: "watch", after: 5 }, confirm: "0.5 s" });
  expect([known.detectedAtSeconds, known.detectedBy]).toEqual([15.5, "watch"]); // 10 + 5 + 0.5
  expect(heard[0]).toBe("gpu-lost of 1 in 0 at 10, gone true, detectors 12"); // 10 + the 2 s of exit
  expect(eventOf({ detection: { kind: "watch", after: "never" } }).detectedAtSeconds).toBeNull();
  const { detectedBy: _, ...beside } = eventOf({ detection: { kind: "watch", after: 2 } });
  const { detectedBy: __, ...plain } = eventOf({});
  expect(beside).toEqual(plain);
});

test("a recovery chooses its time, or a restart in place of what stands in for it", () => {
  const masked = eventOf({ onLoss: { kind: "few", restartFrom: 2, takes: 7 } });
  expect(masked.outageSeconds).toBe(9); // 2 s until it is known, and 7
  expect(heard).toEqual(["1 lost, 1 of 4 groups, restarts false, 3 s"]);
  expect(masked.degradedTokens).toBeGreaterThan(0); // some experts are missing
  const restarted = eventOf({ onLoss: { kind: "few", restartFrom: 2, takes: 7 } }, [1, 2]);
  expect(restarted.degradedTokens ?? 0).toBe(0);
  expect(restarted.outageSeconds === null || restarted.outageSeconds > 900).toBe(true); // it waits for its GPUs
  const { requests: _, ...asStated } = eventOf({ onLoss: { kind: "few", restartFrom: 9, takes: 3 } });
  const { requests: __, ...plain } = eventOf({});
  expect(asStated).toEqual(plain);
});

test.each<[string, object, RegExp]>([
  [
    "a fault that is known before it strikes",
    { detection: { kind: "watch", after: -1 } },
    /^plug-in mine, health.detection at 10 s: a fault is known at 9 s; wanted 10 s or later, or undefined$/,
  ],
  [
    "a time below 0",
    { onLoss: { kind: "few", restartFrom: 2, takes: -1 } },
    /^plug-in mine, health.onLoss at 12 s: a recovery takes -1 s; wanted a number from 0 on$/,
  ],
  [
    "a replica that cannot go on",
    { onLoss: { kind: "few", restartFrom: 2, takes: 1, standsIn: "restart" } },
    /a recovery does not restart; wanted a restart/,
  ],
])("%s is the plug-in's fault", (_, health, message) => {
  expect(() => eventOf(health)).toThrow(message);
  expect(() => eventOf(health)).toThrow(PluginFault);
});
