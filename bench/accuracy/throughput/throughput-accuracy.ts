import { writeFileSync } from "node:fs";
import { errorsOf } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";
import { LENGTHS, PUBLISHED } from "./published.ts";
import { LENGTHS_OF_EXPERTS, PUBLISHED_EXPERTS } from "./published-experts.ts";
import { type Admission, expertsThroughputOf, throughputOf } from "./throughput.ts";

// Simulates what TensorRT-LLM publishes of its throughput and writes docs/accuracy/throughput.md: pnpm accuracy:throughput, from the root.

const ADMISSIONS: readonly Admission[] = ["output", "prompt", "chunk"];

function main(): void {
  const ratios = ADMISSIONS.map((admission) =>
    PUBLISHED.map((each) => LENGTHS.map((_, at) => throughputOf(each, at, admission) / each.tokensPerSecond[at]!)),
  );
  const rows = PUBLISHED.map(({ name }, d) => tableLine([name, ...ratios[0]![d]!.map((ratio) => ratio.toFixed(2))]));
  const hopper = PUBLISHED.flatMap(({ gpu }, d) => (gpu === "b200" ? [] : [d]));
  const errors = ADMISSIONS.map((admission, a) => {
    const all = hopper.flatMap((d) => ratios[a]![d]!);
    const least = Math.min(...all).toFixed(2);
    return tableLine([
      `\`${admission}\``,
      errorsCell(
        errorsOf(
          all,
          all.map(() => 1),
        ),
      ),
      `${least} to ${Math.max(...all).toFixed(2)}`,
    ]);
  });
  const experts = PUBLISHED_EXPERTS.map((each) => {
    const cells = each.tokensPerSecond.map((published, at) =>
      published === undefined ? "" : (expertsThroughputOf(each, at) / published).toFixed(2),
    );
    return tableLine([each.name, ...cells]);
  });
  writeFileSync("docs/accuracy/throughput.md", pageOf(rows, errors, experts));
}

function pageOf(rows: readonly string[], errors: readonly string[], experts: readonly string[]): string {
  const named = ([prompt, output]: readonly [number, number, number]) => `${prompt} + ${output}`;
  const lengths = LENGTHS.map(named);
  return `# Accuracy of full throughput

Output tokens a second of requests that all come at once, simulated over what TensorRT-LLM 1.0 publishes of itself (\`docs/source/performance/perf-overview.md\`), by prompt and output tokens. No coefficient saw
any of it. This page is written by \`pnpm accuracy:throughput\`.

${tableHead(["", ...lengths])}
${rows.join("\n")}

Scenarios are of presets: \`kernels: { kind: fitted, library: trtllm }\`, passes of 8,192 tokens and 2,048 sequences, as are TensorRT-LLM's defaults, the cache in fp8, as the checkpoints say, and 93 % of the memory
(\`kv_cache_free_gpu_mem_fraction\` was 0.90 or 0.95, which is not stated); \`serving.kv.admission: output\`, the engine's default ([models](../models/scheduling.md#admission)); and the host's time of \`stepOverhead: trtllm\` but for prompts: its
\`prompt\` of 6 ms is what servers took that were asked over HTTP, at up to 40 requests a second ([models](../models/scheduling.md#host-time)). \`trtllm-bench\` has no server before the engine, and 128 + 128 tokens on an H100 are 221 requests a
second, which 6 ms each would not let through: with it that were 11,800 tokens a second.

Median and 90th percentile of |simulated / published − 1| in per cent of the forty runs on Hopper, by what has to fit for a request to be admitted:

${tableHead(["admission", "off", "from, to"])}
${errors.join("\n")}

A full cache is where this shows: one that admits by chunks of prompts preempts and computes again without end.

B200 has no kernels of TensorRT-LLM: its products in nvfp4 and its attention are vLLM's, which are faster in most of these runs.

## Models with experts

Output tokens a second and GPU in fp8, over what a later edition publishes (\`docs/source/developer-guide/perf-overview.md\`): data-parallel attention, and as many ranks with a part of the experts each:

${tableHead(["", ...LENGTHS_OF_EXPERTS.map(named)])}
${experts.join("\n")}

As above, with what that edition states beside: decode steps are padded to its captured sizes (\`serving.batchSizes\`: 1, 2, 4, … 256, 384, 512, 1024, …), and tokens reach the experts by \`exchange: all-gather\`, which the engine takes where a domain of NVLink over
nodes is missing and DeepEP was not asked for (\`TRTLLM_CAN_USE_DEEP_EP\`, 0 by default), and always for no more ranks than a token has experts. Gates are uniform; which experts random prompts reach was not kept.

Longer runs take minutes each, and are not run again for this page: 1024 + 8192 tokens of Llama 4 Maverick were at 1.86, 32768 + 1024 of Qwen3 on four H200 at 1.14.
Without the padding eight H100 would be at 1.29 with 1000 + 1000 tokens. What makes Llama 4 Maverick and DeepSeek-R1 on eight H200 too fast there is not known. It is not the limits that \`trtllm-bench\` sets where none are given (\`calc_engine_setting\`: for
DeepSeek-R1 384 sequences and passes of 2,048 tokens), with which that is at 1.57. The same edition's runs of gpt-oss on Hopper have experts by Triton, and those on B200 other kernels than were measured, so they are left out.
`;
}

main();
