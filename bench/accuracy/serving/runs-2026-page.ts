/** docs/accuracy/serving-2026.md. */
export function runs2026Page({ summary, slow, every, left }: Readonly<Record<"summary" | "slow" | "every" | "left", string>>): string {
  return `# Serving runs of 2026

78 runs of InferenceX's folder \`experimental/token_position_decode_slo\` (February 2026; 8 × H200, a vLLM nightly, fixed lengths, 128 output tokens, ten requests of each user, all users at once) beside their simulation: model, machine, degrees and load
as recorded, of the launch scripts what they state (\`--enable-prefix-caching\` for Qwen3.5, drafts for GLM-5), \`engine: { name: vllm }\` for the rest. No coefficient saw them. Times are medians over the requests; a cell is the median and the 90th percentile of |simulated / measured − 1| in per cent over the runs. Written by \`pnpm accuracy:2026 FOLDER\`.

${summary}

*prefill-bound*: the median TTFT is over 30 % of the residence, as its table has it. The folder says of itself that it may contain errors.

What explains the misses:

- **GLM-5, ok rows.** 0.8 of the measured TPOT: prompts of others stop decodes, and of 128 output tokens that is most. What its draft module had accepted is not recorded: 85 % is assumed, the low end of what DeepSeek reports; random tokens accept less, and a step costs the same. Without drafts accepted at all TPOT
  would be 1.85 times as long.
- **GLM-5, prefill-bound rows.** Measured TPOT stays at 200 ms from 32 users to 64 while TTFT grows to a minute: the server had room for some 17 to 20 requests, and the others waited. vLLM keeps the rows of latent attention in 16 bits unless \`--kv-cache-dtype\` says fp8, 1,152 bytes a token and layer beside
  132 of the index keys: simulated with those, 32 of 12,288 tokens have room, where the 656 bytes of fp8 let all 48 users in. What else that nightly reserved, some 15 GB of a GPU, is not recorded.
- **MiniMax-M2.5 and Qwen3.5-397B.** A step with prompts took the same time there whatever it held, some 0.45 s of MiniMax and 1.2 s of Qwen3.5, where 8,192 tokens are simulated at 0.13 and 0.25 s. By hand, Qwen3.5 with four users of 10,240 tokens: 40,960 tokens are five steps of the budget of 8,192, and more
  of blocks that end where states are kept: eight steps of 1.2 s are 9.6 s, and the slowest of four users waited 9.4. With 64 users it is 80 steps and more, 96 to 102 s: measured 111. The median TTFT of four users with 2,048 tokens, all of which one step could hold, is 4.3 s: not less than of 4,096 tokens (4.3 s), as
  each takes three to four steps. And TPOT is what such steps of others leave: 64 prompts a wave, 127 gaps.

The same runs with that one number stated (\`serving.stepOverhead.promptStep\`), which these runs themselves gave, so that it shows what explains them and predicts nothing; *slow* is with it:

${slow}

What it was is not recorded. It is no property of the models, the kernels or the load: InferenceX's main runs have prompts of 8,192 tokens of MiniMax by vLLM on H100 after 0.26 s, of Qwen3.5 by SGLang on the same GPU as here after 0.42 s, four users each. It is one of the machine that both ran on, Slurm's partition \`h200\`, while GLM-5 ran on another
(\`main\`) and has none of it. Time by the step and not by the token is the host's: kernels beyond captured sizes are launched one by one by each of eight processes, and the scripts ask Slurm for eight GPUs and no cores (\`--gres=gpu:8\` without \`--cpus-per-task\`), which gives a job one core where a partition
sets no other default. Eight processes that share a core would launch one after the other: 8 × 0.15 s. Decoding, which graphs launch at once, is 6 to 9 ms longer with four users, alike in both models. This is an inference and not in their logs, which are not published.

The benchmark draws its prompts by the same seed each time and the server keeps prefixes, so prompts of a run with fewer users come again in the next, and short ones are the beginnings of long ones. Which of them were still kept is not recorded; none are simulated. Medians of MiniMax show it: with 4,096 tokens its
TPOT is 16 ms at 64 users and 22 ms at 16. Where half of the requests find their prompts a median is no measure of the other half: the 99th percentile of TTFT is of those that computed them.

Every run, in milliseconds:

${every}
${left === "" ? "" : `\nNot simulated:\n\n${left}\n`}`;
}
