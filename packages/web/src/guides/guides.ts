import { type Guide, isMet, said } from "./step.ts";

/** Plans that the page explains step by step. */
export const GUIDES: readonly Guide[] = [
  {
    name: "audited-plan",
    steps: [
      {
        open: "deployment-plan",
        view: "answer",
        says: ({ gpus, stages, target, throughput }) =>
          said`The plan gives each of ${stages} layers GPUs of its own, ${gpus} in all, and promises ${target("throughputPerGpu")} from each; it delivers ${throughput}.`,
        holds: (report) => !isMet(report, "throughputPerGpu") && isMet(report, "ttft"),
      },
      {
        open: "deployment-plan",
        view: "report",
        says: ({ bubbles }) =>
          said`The bottleneck is no GPU: between the first and the last op of a stage its compute lanes are idle for ${bubbles} of the time.`,
        holds: (report) => report.bubbleShare! > 0.9,
      },
      {
        open: "deployment-plan",
        view: "timeline",
        stretch: { fromNs: 0, toNs: 20e6 },
        says: ({ prefillIdle, ttft }) =>
          said`Micro-batches of prompts pass from stage to stage, and each stage is done with them soon: in prefill the compute lanes are idle for ${prefillIdle} of the time, and the mean TTFT is ${ttft}.`,
        holds: (report) => report.time.prefill!.compute["idle"]! > 0.5,
      },
      {
        open: "deployment-plan",
        view: "timeline",
        stretch: { fromNs: 40e6, toNs: 42e6 },
        says: ({ tpot, decodeIdle, length }) =>
          said`Then one token after the other crosses all stages, in ${tpot} each, until the batch ends after ${length}: in decode the compute lanes are idle for ${decodeIdle} of the time.`,
        holds: ({ time, ttftSeconds, horizonSeconds }) =>
          time.decode!.compute["idle"]! > 0.5 && ttftSeconds!.max! < 0.04 && horizonSeconds > 0.042,
      },
      {
        open: "one-gpu",
        view: "answer",
        says: ({ gpus, requests, throughput }) =>
          said`The same ${requests} requests on ${gpus} GPU of the same kind: it meets every target, at ${throughput}.`,
        holds: (report) => report.targets.length === 3 && report.targets.every(({ met }) => met),
      },
      {
        open: "deployment-plan-audit",
        view: "answer",
        says: ({ throughput, target, requests, stages }) =>
          said`Even experts and a host that takes no time change little: ${throughput} of ${target("throughputPerGpu")}. A batch of ${requests} in all is too small for ${stages} stages; the audit says under which readings of the plan the rest of its claims hold.`,
        holds: (report) => !isMet(report, "throughputPerGpu"),
      },
    ],
  },
  {
    name: "decode-on-72",
    steps: [
      {
        open: "decode-72",
        view: "answer",
        says: ({ gpus, tpot, decoded }) =>
          said`${gpus} GPUs decode DeepSeek-V3 in its steady state: each sequence has a token every ${tpot}, which is ${decoded} in all.`,
        holds: (report) => report.requests.decoding === 18_432,
      },
      {
        open: "decode-72",
        view: "report",
        says: ({ part }) =>
          said`A token waits longest for its way between GPUs: dispatch takes ${part("dispatch")} and combine ${part("combine")}, while attention takes ${part("attention")} and the experts ${part("experts")}.`,
        holds: ({ breakdown: { tpot } }) =>
          Object.entries(tpot!).every(([name, seconds]) => name === "combine" || seconds < tpot!["combine"]!) &&
          tpot!["dispatch"]! + tpot!["combine"]! > tpot!["attention"]! + tpot!["experts"]!,
      },
      {
        open: "decode-72",
        view: "report",
        says: ({ variance }) =>
          said`Experts are as uneven as measured ones, but popular ones have copies: the load of the ranks varies by ${variance} only.`,
        holds: (report) => report.balance.rank.decode!.loadVariance.mean < 0.05,
      },
      {
        open: "decode-72/without-copies.yaml",
        view: "answer",
        says: ({ gpus, tpot, variance }) =>
          said`Without copies, on ${gpus} GPUs, the load varies by ${variance}; all wait for the fullest rank, and a token takes ${tpot}.`,
        holds: (report) => report.balance.rank.decode!.loadVariance.mean > 0.5,
      },
    ],
  },
  {
    name: "a-gpu-dies",
    steps: [
      {
        open: "dead-gpu",
        view: "answer",
        says: ({ gpus, faultAt, failed, requests }) =>
          said`Two replicas share ${gpus} GPUs. One GPU is lost at ${faultAt}, and ${failed} of ${requests} requests are never answered.`,
        holds: (report) =>
          report.plan.expertGroups === 2 && report.faults!.events.length === 1 && report.faults!.events[0]!.ranksLost === 1,
      },
      {
        open: "dead-gpu",
        view: "timeline",
        stretch: { fromNs: 0, toNs: 599e9 },
        says: ({ detectedAfter, outage }) =>
          said`Its replica stops at once, but a watchdog needs ${detectedAfter} to notice, and until then the balancer goes on sending requests there. It serves again after ${outage}.`,
        holds: (report) => report.faults!.events[0]!.detectedBy === "watchdog",
      },
      {
        open: "dead-gpu",
        view: "report",
        says: ({ down }) =>
          said`A single GPU of them is broken, yet GPUs are down for ${down} of all their time: those of a replica work together or not at all.`,
        holds: (report) => report.faults!.downShare! > 0.25,
      },
      {
        open: "dead-gpu/dynamo.yaml",
        view: "answer",
        says: ({ detectedAfter, outage, requeued }) =>
          said`With probes that compute something it is noticed after ${detectedAfter}: ${requeued} requests go elsewhere and none fails, though the replica is back after ${outage} only.`,
        holds: (report) => report.requests.failed === 0 && report.faults!.events[0]!.detectedBy !== null,
      },
      {
        open: "dead-gpu/sglang-elastic.yaml",
        view: "answer",
        says: ({ outage }) =>
          said`And with an engine that goes on without the rank, the outage is ${outage}, while the lost experts are left out.`,
        holds: (report) => report.requests.failed === 0 && report.faults!.events[0]!.expertsMissing > 0,
      },
    ],
  },
];
