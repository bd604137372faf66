import { tableHead, tableLine } from "../page.ts";
import { DEPLOYMENTS, type Deployment } from "./deployments.ts";

/** Ratios to what was published that count as near. */
const NEAR = { least: 0.9, most: 1.1 } as const;

/** docs/accuracy/deployments.md, of what each deployment comes to now, in tokens a second and GPU. */
export function deploymentsPage(rates: ReadonlyMap<Deployment, number>): string {
  const lines = DEPLOYMENTS.map((each) => {
    const { name, counts, published, firstTry, source } = each;
    const rate = rates.get(each)!;
    const cells = [String(published), firstTry, rate].map((value) => (typeof value === "number" ? value.toFixed(0) : value));
    return tableLine([name, counts, ...cells, (firstTry / published).toFixed(2), (rate / published).toFixed(2), source]);
  });
  const near = (of: (each: Deployment) => number) =>
    DEPLOYMENTS.filter((each) => of(each) >= NEAR.least * each.published && of(each) <= NEAR.most * each.published).length;
  return `# Accuracy of published deployments

Ten deployments whose makers published their tokens a second and GPU, each as a scenario that says what its launch line or its page says, and nothing that was not published: \`bench/accuracy/deployments/*.yaml\`. *First try* is what the scenario came to when it was first written,
with the coefficients of that day; it is kept whatever came after. No coefficient saw any of them. This page is written by \`pnpm accuracy:deployments\`.

${tableHead(["scenario", "tokens of", "published", "first try", "now", "first try / published", "now / published", "source"])}
${lines.join("\n")}

Between ${NEAR.least} and ${NEAR.most} of what was published: ${near(({ firstTry }) => firstTry)} of ten at the first try, ${near((each) => rates.get(each)!)} now; seven are wanted.

- Prompts: as many as fit the chunk of each GPU, several waves of them, one output token each. Decoding: sequences in their steady state, 2,000 tokens and up to 100 outputs. TensorRT-LLM: users who ask again when answered, four rounds of
  them (five on H200, as published) where 16 were measured on B200, so that the ramp at the start weighs more.
- The prompts in nvfp4 run on four GB200, as the published script has it; the page says two, with weights in the host's memory, which no key states.
- Experts: of the popularity that an engine has unasked, placed by it with 32 copies a layer on decoding H100 and GB200, as the published placements follow their load; at random within groups where a perfect balance was published. How uneven the experts of the measured runs were is not known.
- After the first try two things were stated that the sources say and a first reading left out: tokens are sent in nvfp4 to decoding GB200 (10,130 before), and the 20 multiprocessors that normal kernels of DeepEP take unasked on Hopper (10,202 and 9,451 before).
- Single-batch overlap (GB200) and weights in the host's memory have no key.
- *Too slow*: decoding on 72 H100, and prompts in nvfp4, whose published run has half of the ranks and weights in the host's memory.
- *Too fast*: all three of TensorRT-LLM. On H200 a token took 88 ms where 64 are simulated; the same engine's [throughput with data-parallel attention](throughput.md) is as far off. Not explained. Prompts of DeepSeek on 32 H100, too: its makers say that
  their exchanges take longer beside computing than alone, which is not simulated.
- Kimi K2's prefill was published as a part of a whole deployment, in which it may have waited for decoding.
`;
}
