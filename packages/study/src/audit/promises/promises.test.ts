import { Problems, parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { audit } from "../audit.ts";
import type { AuditedClaim } from "../verdicts/audited-claim.ts";
import { oneVerdictEach } from "./one-verdict.ts";

const LOAD = {
  "serving.scheduler": "continuous",
  workload: "{ kind: open, rate: 4 requests/s, duration: 20 s, arrivals: constant, promptTokens: 100, outputTokens: 4 }",
};
const LOST = { ...LOAD, faults: "[{ kind: gpu-lost, at: 2 s, ranks: [1] }]" };

/** What an audit says of `promises` of a plan of eight GPUs, whose layers have eight experts, one on each. */
async function judged(promises: readonly object[], more: object = {}, readings?: object, ranges = false): Promise<AuditedClaim[]> {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 64,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 3 },
      vocabulary: 1000,
    },
    cluster: {
      gpu: { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "10 GB", launch: "1 us" },
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "25 GB/s", latency: "4 us" } },
      gpusPerNode: 4,
    },
    parallelism: { expert: 8 },
    workload: { kind: "batch", sequences: 8, promptTokens: 10, outputTokens: 2 },
    deployment: {
      promises: Object.fromEntries(promises.map((each, i) => [`p${i}`, { text: "so it is", ...each }])),
      ...(readings === undefined ? {} : { readings }),
    },
    ...more,
  });
  return (await audit(scenario, { ranges, remedies: false })).claims as AuditedClaim[];
}
const verdictsOf = async (...args: Parameters<typeof judged>) => (await judged(...args)).map(({ verdict, because }) => [verdict, because]);

test("a promise to survive is kept where every expert has a slot elsewhere: eight spare copies on other ranks do, two cover two", async () => {
  const spares = (perLayer: number) => ({ spares: `{ kind: hot-copies, perLayer: ${perLayer}, place: any }` });
  const promise = { kind: "survives", loss: "gpu" };
  expect(await verdictsOf([{ promise }, { promise, given: spares(2) }, { promise, given: spares(8) }])).toEqual([
    [
      "fails",
      expect.stringContaining(
        "Of 8 GPUs only the loss of 0 leaves every expert with a slot elsewhere; others take up to 2 pairs of layer and expert",
      ),
    ],
    ["fails", expect.stringContaining("Of 8 GPUs only the loss of 2 ")],
    ["holds", "The loss of any of 8 GPUs leaves every expert with a slot elsewhere."],
  ]);
});

test("of a plan with pools each pool is judged: one that has a data group alone survives no loss, and each needs detectors of its own", async () => {
  const survives = { promise: { kind: "survives", loss: "gpu" } };
  const checks = { promise: { kind: "health-checks" } };
  const pools = (health: object) => ({
    ...LOAD,
    spares: "{ kind: hot-copies, perLayer: 8, place: any }",
    pools: JSON.stringify([
      { role: "prefill", health: { exit: "1 s", canary: { after: "5 s", timeout: "1 s" }, onLoss: "hang" } },
      { role: "decode", health: { exit: "1 s", ...health, onLoss: "hang" } },
    ]),
  });
  const canary = { canary: { after: "2 s", timeout: "1 s" } };
  expect(
    await verdictsOf([
      { ...survives, given: pools({}) },
      { ...checks, given: pools({}) },
      { ...checks, given: pools(canary) },
    ]),
  ).toEqual([
    [
      "holds",
      expect.stringMatching(/The pool that prefills: The loss of any of 8 GPUs .* The pool that decodes: The loss of any of 8 GPUs /),
    ],
    [
      "fails",
      expect.stringContaining("The pool that decodes: A GPU that is lost is seen by exit after 1 s, no detector sees a process that hangs"),
    ],
    ["holds", expect.stringContaining("a process that hangs is seen by canary after 3 s")],
  ]);
});

test("spare experts are slots beyond one for each, and it is said how little two of them cover", async () => {
  const promise = { kind: "spare-experts", perLayer: 2 };
  const given = { spares: "{ kind: hot-copies, perLayer: 2, place: any }" };
  expect(await verdictsOf([{ promise }, { promise, given }])).toEqual([
    ["fails", expect.stringContaining("A layer has no slot beyond one for each expert")],
    ["holds", "A layer has 2 slots beyond one for each expert, which cover the loss of 2 of 8 GPUs."],
  ]);
});

test("a run with one fault says whether it recovers in time: known after 3 s, 4 s to go on, which is 7 s", async () => {
  const given = { ...LOST, health: "{ exit: 3 s, onLoss: { kind: mask, rebuild: 4 s } }" };
  const within = (time: string) => ({ promise: { kind: "recovers", within: time }, given });
  const never = { promise: { kind: "recovers", within: "100 s" }, given: { ...LOST, health: "{ exit: 3 s, onLoss: hang }" } };
  const blind = { promise: { kind: "recovers", within: "100 s" }, given: { ...LOST, health: "{ onLoss: hang }" } };
  expect(await verdictsOf([within("8 s"), within("6 s"), never, blind])).toEqual([
    ["holds", "The exit sees the fault after 3 s, and all serves again 7 s after the fault."],
    ["fails", expect.stringMatching(/again 7 s after the fault; no assumption was moved for it\.$/)],
    ["fails", expect.stringContaining("serves no more")],
    ["fails", expect.stringContaining("No detector sees the fault")],
  ]);
});

test("degradation is graceful where the others go on: not by a restart, and undecided with an eighth of the experts missing", async () => {
  const of = (onLoss: string, more: object = {}) => ({
    promise: "degrades",
    given: { ...LOST, health: `{ exit: 1 s, onLoss: ${onLoss} }`, ...more },
  });
  const standby = { spares: "{ kind: standby, perLayer: 8 }" };
  const claims = await judged([
    of("{ kind: restart, time: 3 s }"),
    of("{ kind: mask, rebuild: 1 s }"),
    of("{ kind: shrink, rebuild: 1 s }", standby),
  ]);
  expect(claims.map(({ verdict }) => verdict)).toEqual(["fails", "undecided", "holds"]);
  expect(claims[1]!.because).toContain("2 pairs of layer and expert, 12.5 %, are missing");
  expect(claims[2]!.because).toContain("no expert is missing");
});

/** `degrades` where the second GPU of eight is lost, with `more`. */
const around = (onLoss: "mask" | "reroute", more: object = {}) => ({
  promise: "degrades",
  given: { ...LOST, health: `{ exit: 1 s, onLoss: { kind: ${onLoss}, rebuild: 1 s } }`, ...more },
});

test("with one expert a token every token of a lost expert goes to its next choice: as many as are masked otherwise, an eighth of the gate's", async () => {
  const one = { "model.experts.topK": 1 };
  const [left, moved] = await judged([around("mask", one), around("reroute", one)]);
  const [, copies] = /\((\S+) copies went without\)/.exec(left!.because)!;
  expect(Number(copies!.replace(",", ""))).toBeGreaterThan(100);
  expect(moved).toMatchObject({
    verdict: "undecided",
    because: expect.stringContaining(
      `12.5 %, are missing (${copies} copies went to their next choice, and 12.5 % of the gate's probability is lost): what that does to answers ` +
        "of a gate with one expert a token has not been measured, and the report warns that a layer is without 1 of 8 experts, as only up to 1/32 was " +
        "measured as harmless.",
    ),
  });
});

test("with several experts a token the way around a loss is judged as the report warns: above one expert in 32 of a layer", async () => {
  const slot = { faults: "[{ kind: expert-lost, at: 2 s, layer: 0, expert: 3 }]" };
  const [eighth, few, most] = await judged([
    around("reroute"),
    around("reroute", { ...slot, "model.experts.count": 64 }),
    around("reroute", { ...slot, "model.experts.count": 32 }),
  ]);
  expect(eighth).toMatchObject({
    verdict: "undecided",
    because: expect.stringMatching(/is lost\): the report warns that a layer is without 1 of 8 experts/),
  });
  for (const [claim, share] of [
    [few, "0.781 %"],
    [most, "1.56 %"],
  ] as const) {
    expect(claim!.verdict).toBe("holds"); // 1 of 2 layers lacks 1 of its experts
    expect(claim!.because).toContain(`1 pair of layer and expert, ${share}, is missing (`);
    expect(claim!.because).toMatch(new RegExp(`went to their next choice, and ${share} of the gate's probability is lost\\)\\.$`));
  }
});

test("copies that no expert can take are masked and named apart, and where no expert is missing there is nothing to go around", async () => {
  const every = { "model.experts.topK": 8 };
  const copied = { spares: "{ kind: hot-copies, perLayer: 8, place: any }" };
  const [all, moved, left] = await judged([around("reroute", every), around("reroute", copied), around("mask", copied)]);
  expect(all!.because).toMatch(/\(0 copies went to their next choice and [\d,]+ to none, and 12\.5 % of/);
  expect(moved).toMatchObject({ verdict: "holds", because: expect.stringMatching(/and no expert is missing\.$/) });
  expect(moved!.because).toBe(left!.because);
});

test("what a hiccup loses depends on who is patient; a lost GPU takes its cache with it", async () => {
  const patient = {
    ...LOAD,
    faults: "[{ kind: process-hang, at: 2 s, for: 1 s, ranks: [1] }]",
    health: "{ collectiveTimeout: 3 s, onLoss: { kind: restart, time: 5 s } }",
  };
  const hasty = { ...patient, health: "{ collectiveTimeout: 500 ms, onLoss: { kind: restart, time: 5 s } }" };
  const lost = { ...LOST, health: "{ exit: 1 s, onLoss: { kind: mask, rebuild: 1 s } }" };
  const claims = await judged([
    { promise: "rides-out", given: patient },
    { promise: "rides-out", given: hasty },
    { promise: "keeps-state", given: patient },
    { promise: "keeps-state", given: lost },
  ]);
  expect(claims.map(({ verdict }) => verdict)).toEqual(["holds", "fails", "holds", "fails"]);
  expect(claims.map(({ kind }) => kind)).toEqual(["dynamic", "dynamic", "dynamic", "dynamic"]);
});

test("local computation takes all experts of a layer; health checks by probes alone are blind to hangs", async () => {
  const health = (detectors: string) => ({ promise: "health-checks", given: { health: `{ ${detectors}, onLoss: hang }` } });
  expect(
    await verdictsOf([
      { promise: "local-fallback" },
      { promise: "local-fallback", given: { "parallelism.expert": 1 } },
      health("probe: { every: 1 s, failures: 1 }"),
      health("probe: { every: 1 s, failures: 1 }, collectiveTimeout: 30 s"),
      { promise: "health-checks" },
    ]),
  ).toEqual([
    ["fails", expect.stringContaining("A GPU has 1 of 8 experts of a layer: by itself it could compute 12.5 % of what it routes at most")],
    ["holds", "A GPU has all 8 experts of its layers."],
    ["fails", expect.stringContaining("no detector sees a process that hangs")],
    ["holds", expect.stringContaining("a process that hangs is seen by collectiveTimeout after 30 s")],
    ["undecided", "The scenario has no `health` that says who looks."],
  ]);
});

test("a promise is judged under every reading, by the kindest; what no run can show is undecided", async () => {
  const [survives, late] = await judged(
    [
      { promise: { kind: "survives", loss: "gpu" } },
      {
        promise: { kind: "recovers", within: "9 s" },
        given: { ...LOST, faults: "[{ kind: gpu-lost, at: 900 s, ranks: [1] }]", health: "vllm-stock" },
      },
    ],
    {},
    { thin: {}, copied: { spares: "{ kind: hot-copies, perLayer: 8, place: any }" } },
  );
  expect(survives).toMatchObject({
    id: "promise.p0",
    verdict: "holds",
    reading: "copied",
    readings: [{ verdict: "holds" }, { reading: "thin", verdict: "fails" }],
  });
  expect(late).toMatchObject({ verdict: "undecided", because: expect.stringContaining("No fault strikes the run") });
});

test("a promise that is not known is refused with those that there are", async () => {
  const none = judged([{ promise: "flies" }]);
  await expect(none).rejects.toThrow(Problems);
  await expect(none).rejects.toThrow("survives");
});

/** An audit that searches policies, of `promises` of the same plan. */
const searched = (promises: readonly object[]) => judged(promises, {}, undefined, true);

test("a promise that fails is searched for policies that the plan does not state, and depends on them where one makes it hold", {
  tags: "long",
}, async () => {
  const lost = {
    "serving.scheduler": "continuous",
    workload: "{ kind: open, rate: 20000 requests/s, requests: 2000, promptTokens: 100, outputTokens: 64 }",
    faults: "[{ kind: gpu-lost, at: 20 ms, ranks: [1] }]",
    health: "{ exit: 1 ms, onLoss: { kind: mask, rebuild: 1 ms } }",
    "parallelism.data": 2,
  };
  const probe = { health: "{ probe: { every: 1 s, failures: 1 }, onLoss: { kind: mask, rebuild: 1 s } }" };
  const [rides, checks, state] = await searched([
    { promise: "rides-out", given: lost },
    { promise: "health-checks", given: probe },
    { promise: "keeps-state", given: lost },
  ]);
  expect(rides!.verdict).toBe("depends");
  expect(rides!.policies!.holds).toEqual(expect.arrayContaining(["health.inFlight: requeue", "health.inFlight: migrate"]));
  expect(rides!.because).toContain("but it holds with health.inFlight: requeue, which the plan does not state");
  expect(checks!.verdict).toBe("depends");
  expect(checks!.policies!.holds).toEqual(
    expect.arrayContaining(["health.canary: { after: 10 s, timeout: 3 s }", "health.watchdog: 300 s"]),
  );
  expect(state!.policies!.tried.length).toBeGreaterThan(3);
});

test("a replica that waits for its GPUs would degrade gracefully with tokens routed around the loss, as the search says", async () => {
  const given = { ...LOST, health: "{ exit: 1 s, onLoss: { kind: restart, time: 3 s } }", spares: "{ kind: hot-copies, perLayer: 8 }" };
  const [degrades] = await searched([{ promise: "degrades", given }]);
  expect(degrades!.verdict).toBe("depends");
  expect(degrades!.policies!.holds).toEqual(
    expect.arrayContaining(["health: sglang-elastic", "health.onLoss: { kind: reroute, rebuild: 6.5 s, rejoin: 46 s }"]),
  );
});

test("where experts are is no policy: nothing is searched, and without ranges nothing is either", async () => {
  const [local] = await searched([{ promise: "local-fallback" }]);
  expect(local).toMatchObject({ verdict: "fails" });
  expect(local).not.toHaveProperty("policies");
  const [kept] = await judged([{ promise: "health-checks", given: { health: "{ probe: { every: 1 s, failures: 1 }, onLoss: hang }" } }]);
  expect(kept).toMatchObject({ verdict: "fails", because: expect.stringContaining("no detector sees a process that hangs") });
  expect(kept).not.toHaveProperty("policies");
});

test("a claim and a promise of one name are one sentence, with one verdict", () => {
  const base = {
    section: null,
    part: null,
    reading: null,
    kind: "static",
    claimed: 1,
    comparison: "<=",
    tolerance: 0,
    found: 2,
    unit: "",
    checks: [],
  } as const;
  const claim: AuditedClaim = { ...base, id: "spare", text: "GPUs of its own", verdict: "fails", because: "It takes 544.", factor: 2 };
  const promise: AuditedClaim = { ...base, id: "promise.spare", text: "copies", verdict: "holds", because: "A layer has 2." };
  const other: AuditedClaim = { ...promise, id: "promise.other" };
  const [one, two, ...rest] = oneVerdictEach([claim], [promise, other]);
  expect(one).toMatchObject({
    id: "spare",
    verdict: "depends",
    because: 'As "GPUs of its own" it fails: It takes 544. As "copies" it holds: A layer has 2.',
  });
  expect(one).not.toHaveProperty("factor");
  expect([two, rest]).toEqual([other, []]);
  expect(oneVerdictEach([{ ...claim, verdict: "holds" }], [promise])).toMatchObject([
    { verdict: "holds", because: "It takes 544. A layer has 2." },
  ]);
});

test("what holds as nothing could break it says so", async () => {
  const idle = {
    ...LOAD,
    faults: "[{ kind: gpu-slow, at: 2 s, for: 1 s, ranks: [1], speed: 50 % }]",
    health: "{ exit: 1 s, onLoss: hang }",
  };
  const [recovers, rides] = await judged([
    { promise: { kind: "recovers", within: "1 s" }, given: idle },
    { promise: "rides-out", given: idle },
  ]);
  for (const each of [recovers, rides])
    expect(each).toMatchObject({ verdict: "holds", because: expect.stringMatching(/^Empty: the fault stops nothing/) });
});

test("checkpoints of activations are none where nothing is computed backward, in no reading", async () => {
  const configured = async (activation_checkpointing: string) =>
    (await judged([], { deployment: { memory_config: { activation_checkpointing } }, serving: { recompute: "attention" } }))[0];
  expect(await configured("enabled")).toMatchObject({
    verdict: "fails",
    because: expect.stringMatching(/^Nothing is computed backward|^nothing is/i),
  });
  expect(await configured("disabled")).toMatchObject({ verdict: "holds", because: expect.stringMatching(/^Empty: /) });
});
