/** docs/accuracy/serving-2026.md. */
export function runs2026Page(summary: string, every: string, left: string): string {
  return `# Serving runs of 2026

78 runs of InferenceX's folder \`experimental/token_position_decode_slo\` (February 2026; 8 × H200, a vLLM nightly, fixed lengths, 128 output tokens, ten requests of each user, all users at once) beside their simulation: model, machine, degrees and load
as recorded, \`engine: { name: vllm }\` for the rest. No coefficient saw them. Times are medians over the requests; a cell is the median and the 90th percentile of |simulated / measured − 1| in per cent over the runs. Written by \`pnpm accuracy:2026 FOLDER\`.

${summary}

*prefill-bound*: the median TTFT is over 30 % of the residence, as its table has it. The folder says of itself that it may contain errors.

What explains the misses:

- **GLM-5, ok rows.** 0.8 of the measured TPOT: prompts of others stop decodes, and of 128 output tokens that is most. What its draft module had accepted is not recorded: 85 % is assumed, the low end of what DeepSeek reports; random tokens accept less, and a step costs the same. Without drafts accepted at all TPOT
  would be 1.85 times as long.
- **GLM-5, prefill-bound rows.** Measured TPOT stays at 200 ms from 32 users to 64 while TTFT grows to a minute: the server had room, or a limit, for some 20 requests, and the others waited. The limit is not recorded; simulated, 32 to 64 run at once, which moves time from TTFT to TPOT. The rate of output agrees better than either.
- **MiniMax-M2.5.** Input goes through at 3,300 to 31,700 tokens a second: at most 4 % of what eight H200 multiply in fp8. Up to 16 users the same model is 9 to 11 % off in InferenceX's main runs ([every run](every-run.md)), by the same kernels: what these runs state of
  the server is not all.
- **Qwen3.5-397B.** TTFT ten times and TPOT five times as long as simulated, at 1,300 to 8,100 input tokens a second. The nightly is of the month in which the model came out; whether its gated delta nets ran outside CUDA graphs, or its 512 experts of 128 numbers a rank untuned, is not recorded.
  Nothing measured here says which.

Every run, in milliseconds:

${every}
${left === "" ? "" : `\nNot simulated:\n\n${left}\n`}`;
}
