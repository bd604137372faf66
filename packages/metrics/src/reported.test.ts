import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAMILIES, type FamilyKey } from "./family.ts";

/** Paths of the report, as patterns in which `*` stands for any keys; and the families that have it over time, or why none does. */
type Row = readonly [paths: readonly string[], how: readonly FamilyKey[] | string];

const PLAN = "a constant of the plan or of the run";
const OUTCOME = "a summary of when something happened, given by its instants";

const ROWS: readonly Row[] = [
  // What never changes:
  [["seed", "gpus", "costUsdPerHour", "plan.*", "pools.*.replicas", "pools.*.gpus", "pools.*.plan.*"], PLAN],
  [["kv.blockTokens", "kv.blocks", "kv.prefix.host.blocks", "pools.*.kv.blockTokens", "pools.*.kv.blocks", "levels.bucketSeconds"], PLAN],
  [["retries.levels.bucketSeconds", "horizonSeconds"], PLAN],
  [["memory.weights", "memory.workspace", "memory.planned", "memory.limit"], PLAN],
  [["pools.*.memory.weights", "pools.*.memory.workspace", "pools.*.memory.planned", "pools.*.memory.limit"], PLAN],
  [["faults.random.*", "faults.coverage.*", "alertRules.*.above", "alertRules.*.below", "alertRules.*.forSeconds"], PLAN],
  [["alertRules.*.everySeconds"], PLAN],
  // What is sampled:
  [["requests.arrived"], ["arrived", "inFlight"]],
  [["requests.finished"], ["finished"]],
  [["requests.rejected"], ["rejected"]],
  [["requests.failed"], ["failed"]],
  [["tokens.prompt"], ["answeredPromptTokens", "finishedPromptTokens"]],
  [["tokens.output"], ["outputTokens", "finishedOutputTokens"]],
  [
    ["tokens.routed", "tokens.kept"],
    ["expertCopies", "droppedCopies", "reroutedCopies", "maskedCopies"],
  ],
  [
    ["tokens.dropped", "balance.expert.*.droppedShare"],
    ["droppedCopies", "droppedShare"],
  ],
  [["tokens.rerouted", "balance.expert.*.reroutedShare"], ["reroutedCopies"]],
  [["tokens.masked", "balance.expert.*.maskedShare"], ["maskedCopies"]],
  [["ttftSeconds.*"], ["ttft"]],
  [["tpotSeconds.*"], ["tpot"]],
  [["itlSeconds.*"], ["itl"]],
  [["e2eSeconds.*"], ["e2e"]],
  [["queueSeconds.*"], ["queue"]],
  [["prefillSeconds.*"], ["prefill"]],
  [["goodput.requestsPerSecond", "attainment.all"], ["goodput"]],
  [["goodput.outputTokensPerSecond"], ["goodTokens"]],
  [["attainment.*"], ["withinTtft", "withinTpot", "withinE2e"]],
  [
    ["kv.meanShare", "kv.peakShare", "pools.*.kv.meanShare", "pools.*.kv.peakShare", "levels.kvShare.*"],
    ["kvUse", "rankKvUse"],
  ],
  [["kv.preemptions"], ["preempted"]],
  [["kv.recomputedTokens"], ["lostTokens", "regainedTokens"]],
  [["kv.evictions"], ["evictions"]],
  [
    ["kv.hitTokens", "kv.hitShare"],
    ["hitTokens", "soughtTokens", "hitShare"],
  ],
  [["kv.prefix.hits"], ["prefixHits"]],
  [["kv.prefix.keptBlocks"], ["prefixBlocks"]],
  [["kv.prefix.host.keptBlocks"], ["hostBlocks"]],
  [["kv.prefix.host.evictions"], ["hostEvictions"]],
  [["kv.prefix.host.hitTokens", "kv.prefix.host.hitShare"], ["hostHitTokens"]],
  [["kv.prefix.host.loads"], ["hostLoads"]],
  [["kv.prefix.host.meanLoadSeconds"], ["hostLoadTime", "hostLoads"]],
  [["speculation.steps"], ["draftSteps"]],
  [
    ["speculation.draftTokens", "speculation.rejectedShare"],
    ["draftTokens", "draftSteps", "acceptedTokens"],
  ],
  [
    ["speculation.acceptedTokens", "speculation.tokensPerStep", "speculation.survival.*.share"],
    ["acceptedTokens", "acceptedByPosition", "draftSteps"],
  ],
  [["speculation.tokensPerSecondPerUser"], ["tpot"]],
  [["levels.running.*"], ["running"]],
  [["levels.waiting.*"], ["waiting"]],
  [["levels.tokensPerPass.*"], ["tokens", "passes"]],
  [
    ["levels.tokensPerSecond.*", "throughput.*"],
    ["tokens", "promptTokens", "outputTokens", "gpus", "finished"],
  ],
  [["longestOpSeconds.*"], ["collective"]],
  [
    ["utilization.compute", "pools.*.computeShare", "bubbleShare", "time.*"],
    ["computeUse", "networkUse", "flopsUse", "expertUse"],
  ],
  [["utilization.memoryBandwidth"], ["memoryBandwidthUse"]],
  [
    ["balance.expert.*.perLayer.*.copies", "balance.expert.*.capacityFactor"],
    ["expertCopies", "expertCapacityUse"],
  ],
  [
    ["faults.longestOutageSeconds", "faults.downShare"],
    ["replicasDown", "faults"],
  ],
  [["faults.inFlight"], ["inFlight", "unanswered"]],
  [["checkpoints.copiedTokens"], ["checkpointTokens"]],
  [["checkpoints.copiedBytes"], ["checkpointBytes"]],
  [["checkpoints.restored.requests"], ["restores"]],
  [["checkpoints.restored.tokens"], ["restoredTokens"]],
  [["checkpoints.restored.meanSeconds"], ["restoreTime", "restores"]],
  [
    ["retries.attempts", "retries.attemptsPerRequest", "retries.levels.attemptsPerSecond.*"],
    ["attempts", "arrived"],
  ],
  [["retries.byClient"], ["clientRetries"]],
  [["retries.byRouter"], ["routerRetries"]],
  [["retries.refused"], ["attemptsRefused"]],
  [["retries.failed"], ["attemptsFailed"]],
  [["retries.timedOut"], ["attemptsTimedOut"]],
  [
    ["retries.wasted.*", "retries.levels.wastedTokensPerSecond.*"],
    ["wastedPromptTokens", "wastedOutputTokens"],
  ],
  [["retries.breakers.opened"], ["breakersOpened"]],
  [["retries.breakers.openSeconds"], ["breakerOpen"]],
  [
    ["memory.kvReserved", "memory.reserved", "pools.*.memory.kvReserved", "pools.*.memory.reserved"],
    ["memoryShare", "memory"],
  ],
  [
    ["memory.kvUsed", "memory.used", "memory.share"],
    ["memoryUse", "memory"],
  ],
  [
    ["pools.*.memory.kvUsed", "pools.*.memory.used", "pools.*.memory.share"],
    ["memoryUse", "memory"],
  ],
  [["transfers.count"], ["transfers", "transfersWaiting", "transfersMoving"]],
  [["transfers.bytes"], ["transferBytes"]],
  [["transfers.seconds.*"], ["transferTime"]],
  [["transfers.waitSeconds.*"], ["transferWait"]],
  // What changes and is not sampled:
  [["requests.decoding"], "as many at every instant, or waiting for room: running and waiting"],
  [["kv.broughtTokens"], "adds up what requests came with, which their rows have"],
  [["speculation.drafts", "speculation.tree.width", "speculation.tree.verified"], "stated by the scenario, whatever happens in the run"],
  [["speculation.draftShare"], "known of all ranks once their times are added up"],
  [["classes.*"], "parts of what is sampled of all requests together: series have no label for classes"],
  [["cost.*", "energy.*"], "follow from the GPUs, the time, and the tokens and use of ranks that are sampled"],
  [["breakdown.*"], "known of a request once its critical path is traced back, and averaged over all"],
  [["utilization.node", "utilization.fabric"], "a sum over links; ranks are sampled by the time that they send and receive (networkUse)"],
  [["measuredKernelShare", "measuredTrafficShare"], "says how far results are to be trusted, not what operators could see"],
  [["balance.expert.*", "balance.rank.*", "balance.windows.*"], "spread of the copies of each pass; Prometheus forms it of expertCopies"],
  [
    ["balance.rebalances.*"],
    "what other placements would have taken is worked out window by window; loads before and after are in expertCopies",
  ],
  [["metric.*"], "known once all requests have left: a plug-in's own numbers, and bounds of policies that know the whole run"],
  [["balance.cache.*"], "what is looked up in a visit is known when it is timed, ahead of its ops; waits are in computeUse"],
  [["balance.law.*"], "how sure tables are, known at the end"],
  [["balance.traffic.*"], "a matrix of ranks, added up once for passes alike"],
  [["faults.events.*", "faults.delays.*"], OUTCOME],
  [["alerts.*", "alertRules.*.fired", "alertRules.*.pending", "alertRules.*.longestPendingSeconds", "alertRules.*.sustained"], OUTCOME],
  [["checkpoints.busiestLinkShare"], "a ratio of checkpointBytes to what a link carries"],
  [["memory.workspaceUsed", "pools.*.memory.workspaceUsed"], "of the largest pass so far: a mark, no level"],
];

/** As scenarios know them; `report-numbers.ts` is made from the schema of the report. */
const PATHS = [
  ...readFileSync(new URL("../../scenario/src/metrics/report-numbers.ts", import.meta.url), "utf8").matchAll(/^(\S+): (\S.*)$/gm),
].flatMap(([, parent, keys]) => keys!.split(" ").map((key) => `${parent === "." ? "" : `${parent}.`}${key.replace(/[:+].*/, "")}`));

const isOf = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "(?:.+)")}$`).test(path.replaceAll("*", "x"));
/** How long a pattern is, less what stands for anything: of those that fit a path, the longest counts. */
const exactness = (pattern: string) => pattern.replaceAll("*", "").length;

test("every number of the report that changes is sampled, or it is known why not", () => {
  expect(PATHS.length).toBeGreaterThan(300);
  const known = ROWS.flatMap(([patterns]) => patterns);
  expect(PATHS.filter((path) => !known.some((pattern) => isOf(pattern, path)))).toEqual([]);
  const matched = new Set(
    PATHS.map((path) => known.filter((pattern) => isOf(pattern, path)).reduce((a, b) => (exactness(b) > exactness(a) ? b : a))),
  );
  expect(known.filter((pattern) => !matched.has(pattern))).toEqual([]); // each row has some number
});

test("every family has a number of the report, and no reason is without words", () => {
  const keys = new Set(ROWS.flatMap(([, how]) => (typeof how === "string" ? [] : how)));
  expect(FAMILIES.map(({ key }) => key).filter((key) => !keys.has(key))).toEqual([]);
  for (const [, how] of ROWS) expect(how.length).toBeGreaterThan(typeof how === "string" ? 20 : 0);
});
