import { writeFileSync } from "node:fs";
import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { errorsOf } from "../errors.ts";
import { errorsCell, percent, tableHead, tableLine } from "../page.ts";
import { PUBLISHED_DRAFTS, type PublishedDrafts, SERVERS } from "./published-drafts.ts";

// Simulates published runs with drafts and writes docs/accuracy/speculation.md: pnpm accuracy:drafts, from the root.

/** Shares of drafts that are accepted, given the one before, of EAGLE-3 and of MTP where a source states none: the least and the most that others publish. */
const RANGES = { eagle: [0.7, 0.89], mtp: [0.78, 0.93] } as const;

/** Output tokens a second of a user; with a conditional acceptance, of `published` drafts. */
function tokensPerSecond({ server, users, kind, drafts, tree }: PublishedDrafts, acceptance?: number): number {
  const { workload, ...rest } = SERVERS[server];
  const load =
    "kind" in workload
      ? { ...workload, sequences: users }
      : { ...workload, kind: "closed", concurrency: users, requests: Math.max(3, users) };
  const conditional = `${((acceptance ?? 0) * 100).toFixed(4)} %`;
  const speculation = acceptance === undefined ? {} : { speculation: { kind, tokens: drafts, tree, acceptance: { conditional } } };
  const { tpotSeconds } = simulate(
    parseScenario({ tokenyard: 1, ...rest, workload: load, serving: { scheduler: { maxSequences: Math.max(users, 48) }, ...speculation } }),
  );
  return 1 / tpotSeconds!.mean!;
}

/** The conditional share with which `depth` drafts give `tokens` a step: (1 − a^(depth + 1)) / (1 − a), by bisection. */
function shareFor(tokens: number, depth: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    let sum = 1;
    for (let j = 0, power = middle; j < depth; j++, power *= middle) sum += power;
    if (sum < tokens) low = middle;
    else high = middle;
  }
  return low;
}

interface Simulated {
  readonly published: PublishedDrafts;
  readonly without: number;
  /** At the acceptance as measured; or at the least and the most. */
  readonly with: readonly number[];
}

function simulated(published: PublishedDrafts): Simulated {
  const { tokensPerStep, drafts, kind } = published;
  const shares = tokensPerStep === undefined ? RANGES[kind] : [shareFor(tokensPerStep, drafts)];
  return { published, without: tokensPerSecond(published), with: shares.map((share) => tokensPerSecond(published, share)) };
}

const speedup = (value: number) => `× ${value.toFixed(2)}`;
const draftsOf = ({ drafts, tree }: PublishedDrafts) =>
  tree === undefined ? `${drafts}` : `${drafts} deep, ${tree.width} wide, ${tree.verified} verified`;

function statedLine({ published, without, with: [drafted] }: Simulated): string {
  const { name, users, tokensPerStep, isFitted } = published;
  const aUser = published.with / users;
  return tableLine([
    `${name}${isFitted === true ? " (fitted)" : ""}`,
    draftsOf(published),
    tokensPerStep!.toFixed(2),
    `${(published.without / users).toFixed(0)} to ${aUser.toFixed(0)}`,
    `${without.toFixed(0)} to ${drafted!.toFixed(0)}`,
    speedup(published.with / published.without),
    speedup(drafted! / without),
    `${drafted! > aUser ? "+" : ""}${percent(drafted! / aUser - 1)}`,
  ]);
}

function rangeLine({ published, without, with: [least, most] }: Simulated): string {
  const { name, source, users } = published;
  return tableLine([
    `${name}, ${users} users`.replace(/\b1 users/, "1 user"),
    source,
    draftsOf(published),
    speedup(published.with / published.without),
    `${speedup(least! / without)} to ${(most! / without).toFixed(2)}`,
    published.without === 1 ? "" : (published.with / users).toFixed(0), // a ratio alone
    `${least!.toFixed(0)} to ${most!.toFixed(0)}`,
  ]);
}

function pageOf(all: readonly Simulated[]): string {
  const stated = all.filter(({ published }) => published.tokensPerStep !== undefined);
  const others = all.filter(({ published }) => published.tokensPerStep === undefined);
  const errors = (of: (each: Simulated) => readonly [number, number]) =>
    errorsCell(
      errorsOf(
        stated.map((each) => of(each)[0]),
        stated.map((each) => of(each)[1]),
      ),
    );
  const ofTokens = errors(({ published, with: [drafted] }) => [drafted!, published.with / published.users]);
  const ofSpeedups = errors(({ published, without, with: [drafted] }) => [drafted! / without, published.with / published.without]);
  const sources = [...new Set(stated.map(({ published: { name, source } }) => `${name.replace(/, EAGLE.*/, "")}: ${source}`))];
  return `# Accuracy of speculation

Published runs with drafts beside simulated ones: output tokens a second of a user, as 1 / TPOT ([the model](../models/scheduling.md#speculative-decoding)). No acceptance was chosen to meet a speedup. This page is written by \`pnpm accuracy:drafts\`.

## Tokens a step as measured

Where a source says how many tokens came out of a step, drafts are accepted at every position with the conditional share that gives as many.

${tableHead(["", "drafts", "tokens a step", "published, without to with", "simulated", "speedup", "simulated", "with drafts, off"])}
${stated.map(statedLine).join("\n")}

Median and 90th percentile of |simulated / published − 1| in per cent: ${ofTokens} of tokens a second with drafts, ${ofSpeedups} of the speedup.

- *Fitted* rows are those that the [host's time of drafts](../models/scheduling.md#host-time) was fitted to: two numbers for vLLM and two for SGLang, of one model on one GPU with one user. Without them tokens came out up to 72 % too fast.
- EAGLE and EAGLE-3 are the same draft here but for what is accepted, and lie on either side: EAGLE-3's steps were measured to take 1.0 to 2.3 ms longer, for which no reason is known. Their tokens a step are of another run than their times.
- Trees of Llama-3.3-70B on eight GPUs are the only row of several GPUs by trees: each step was measured 8 ms longer than simulated, which is not explained. The first matrix of its draft is split over ranks here, and was whole on each there.
- Steps of DeepSeek-V3 are a quarter too short with drafts and without, which leaves the speedup right. The published run has two-batch overlap without drafts, which is not simulated beside them.
- \`without\` is off too: SGLang's host is taken as fitted to other models, and hides nothing in these versions.

Sources: ${sources.join(". ")}.

## Tokens a step not stated

A range stands for the conditional shares that others publish of such drafts (${RANGES.eagle.map(percent).join(" to ")} of EAGLE-3, ${RANGES.mtp.map(percent).join(" to ")} of MTP), and the row is not counted.

${tableHead(["", "source", "drafts", "speedup", "simulated", "tokens/s a user", "simulated"])}
${others.map(rangeLine).join("\n")}

- TensorRT-LLM's host takes no time for drafts here: they are in the graph of a step. What makes DeepSeek-R1 too fast at the lowest acceptance is not known.
- Llama-3.1-8B with 64 users is too fast at any acceptance that was published: the paper's drafts are trees of a form that it does not state, and verify more tokens than these. **Gains of dense models with a batch of some tens are upper bounds.**
- Qwen3-8B with drafts is at the edge of its range with one user and inside it with more; without drafts it is simulated 16 to 34 % too fast, so that the speedups are too small.
- Prompts 512 + 512 where a source states none, one seed, all users at once.
`;
}

writeFileSync("docs/accuracy/speculation.md", pageOf(PUBLISHED_DRAFTS.map(simulated)));
