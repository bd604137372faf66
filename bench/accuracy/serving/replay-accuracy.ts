import { writeFileSync } from "node:fs";
import { tableHead, tableLine } from "../page.ts";
import { dataFolder, readTable } from "../table.ts";
import { hindranceOf, measuredTimes, type Replay, type ReplayTimes, simulatedTimes } from "./replay.ts";

// Replays measured runs request by request and writes docs/accuracy/replays.md: pnpm accuracy:replays FOLDER, from the root.

function main(): void {
  const requests = readTable(dataFolder(), "e2e_requests.csv");
  const replays = readTable(dataFolder(), "e2e_request_runs.csv").map((run) => ({
    run,
    requests: requests.filter((row) => row["case"] === run["case"]),
  }));
  const lines = replays.filter((replay) => hindranceOf(replay) === undefined).flatMap(linesOf);
  const left = replays.flatMap((replay) =>
    hindranceOf(replay) === undefined ? [] : [`- \`${replay.run["case"]}\`: ${hindranceOf(replay)}`],
  );
  writeFileSync("docs/accuracy/replays.md", pageOf(lines, left));
}

function linesOf(replay: Replay): string[] {
  const measured = measuredTimes(replay);
  const rows = [
    ["measured", measured, undefined] as const,
    ...(["fitted", "roofline", "roofline, host time of prompts"] as const).map(
      (kind) => [kind, simulatedTimes(replay, kind), measured] as const,
    ),
  ];
  return rows.map(([kind, times, against]) => tableLine([`\`${replay.run["case"]}\``, kind, ...cells(times, against)]));
}

function cells({ ttftSeconds, tpotSeconds, makespanSeconds }: ReplayTimes, against: ReplayTimes | undefined): string[] {
  const off = (own: number, other: number | undefined) =>
    other === undefined ? "" : ` (${own < other ? "−" : "+"}${Math.abs((own / other - 1) * 100).toFixed(1)} %)`;
  return [
    `${(ttftSeconds * 1e3).toFixed(0)} ms${off(ttftSeconds, against?.ttftSeconds)}`,
    `${(tpotSeconds * 1e3).toFixed(1)} ms${off(tpotSeconds, against?.tpotSeconds)}`,
    `${makespanSeconds.toFixed(1)} s${off(makespanSeconds, against?.makespanSeconds)}`,
  ];
}

function pageOf(lines: readonly string[], left: readonly string[]): string {
  return `# Accuracy of replays

Runs of vLLM 0.19 of which each request was recorded, replayed: the same prompts and outputs at the same times, through the limits that the
engine had, by presets. This page is written by \`pnpm accuracy:replays FOLDER\`.

${tableHead(["run", "kernels", "TTFT, mean", "TPOT, mean", "makespan"])}
${lines.join("\n")}

The fitted kernels of \`rtx-pro-6000\` are those of vLLM on H100, over this card's datasheet; its roofline's efficiencies are assumed. So neither column had
measurements of this card. The A100's kernels, whose instructions are nearer but which are SGLang's, would make TTFT 70 and 53 % too long and TPOT 30 and 11 %: decoding attention
reaches half of the bandwidth by them, and its library counts for more than the GPU. The choice between the two was made by these replays, so they are no independent test of it.

The host's time is that of \`stepOverhead: vllm\` ([models](../models.md#host-time)), without the front end, because requests are recorded from the scheduler on: all of it beside fitted kernels, that of
prompts beside the roofline, whose launches stand in for the rest.

Left out:

${left.join("\n")}

Measurements: LLMServingSim (KAIST CASYS, MIT); they are not part of this repository. FOLDER holds them as \`e2e_requests.csv\` (case, queued_s,
first_token_s, last_token_s, input_tokens, output_tokens) and \`e2e_request_runs.csv\` (case, model, gpu, tp, dp, ep, max_num_seqs, max_num_batched_tokens).
`;
}

main();
