import { measured } from "@tokenyard/report";
import { clientFaults } from "../measured-runs/client-faults.ts";
import type { ComparedName, ComparedRun } from "../measured-runs/compared-run.ts";
import type { MeasuredRun, Spread } from "../measured-runs/run/measured-run.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted } from "../terminal/amount.ts";

/** Text of an observed run, beside its simulation if there is one. */
export function observedText(run: MeasuredRun, compared: ComparedRun | undefined, messages: readonly string[]): string {
  const observed = run.observed!;
  const { finished, failed } = run.requests!;
  const stopped = observed.outcomes["stopped"] ?? 0;
  const { head, body } = textTable(columns(run, compared));
  const { requestsPerSecond, outputTokensPerSecond, totalTokensPerSecond } = run.throughput;
  const rate = (value: number | null, unit: string) => measured(value, unit);
  const ended = observed.ended === null ? "" : ENDS[observed.ended];
  const way = observed.roundTripSeconds == null ? "" : `; a round trip took ${measured(observed.roundTripSeconds, "s")}`;
  const share = observed.clientBusy === null ? "" : `; the client's thread computed for ${(observed.clientBusy * 100).toFixed(0)} %`;
  return [
    `${counted(finished, "request")} of ${run.model ?? "?"} finished, ${failed} failed${stopped === 0 ? "" : `, ${stopped} stopped`}, in ${measured(run.durationSeconds, "s")}${ended}`,
    "",
    ...head,
    ...body,
    "",
    `Throughput  ${rate(requestsPerSecond, "requests/s")}, ${rate(outputTokensPerSecond, "output tokens/s")}, ${rate(totalTokensPerSecond, "tokens/s")}`,
    ...throughputLine(compared),
    `Client      sent ${measured(observed.lateSeconds?.p50 ?? null, "s")} late (median), ${measured(observed.lateSeconds?.p99 ?? null, "s")} (p99)${share}${way}`,
    ...lengthLines(run),
    ...failureLines(observed.outcomes, messages),
    ...clientFaults(run).map((fault) => `The run is ${fault}`),
    ...(compared?.reason === undefined ? [] : [`Not simulated: ${compared.reason}`]),
    "",
  ].join("\n");
}

const ENDS = {
  "all-sent": "",
  "max-requests": "; ended by --max-requests",
  "max-time": "; ended by --max-time",
  interrupted: "; interrupted",
  "gave-up": "; given up after failures in a row",
  "cut-off": "; cut off",
} as const;

const ROWS = { TTFT: "ttftSeconds", TPOT: "tpotSeconds", ITL: "itlSeconds", E2E: "e2eSeconds" } as const;
type Row = keyof typeof ROWS;

function columns(run: MeasuredRun, compared: ComparedRun | undefined): TextColumn[] {
  const names = Object.keys(ROWS) as Row[];
  const cells = (of: (spread: Spread | null) => number | null) => names.map((name) => measured(of(run[ROWS[name]]), "s"));
  const column = (heading: string, texts: readonly string[]): TextColumn => ({ heading, align: "right", cells: texts });
  const numberOf = (name: ComparedName) => compared?.numbers[name];
  return [
    { heading: "", align: "left", cells: names },
    column(
      "mean",
      cells((spread) => spread?.mean ?? null),
    ),
    column(
      "p50",
      cells((spread) => spread?.p50 ?? null),
    ),
    column(
      "p90",
      cells((spread) => spread?.p90 ?? null),
    ),
    column(
      "p99",
      cells((spread) => spread?.p99 ?? null),
    ),
    ...(compared === undefined || compared.reason !== undefined
      ? []
      : [
          column(
            "simulated mean",
            names.map((name) => {
              const number = numberOf(name);
              return number === undefined ? "–" : `${measured(number.simulated, "s")} (${signed(number.error)})`;
            }),
          ),
        ]),
  ];
}

function throughputLine(compared: ComparedRun | undefined): string[] {
  const number = compared?.numbers.throughput;
  return number === undefined ? [] : [`Simulated   ${measured(number.simulated, "tokens/s")} (${signed(number.error)})`];
}

function signed(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
}

/** How far lengths are those that were asked for. */
function lengthLines({ each }: MeasuredRun): string[] {
  const finished = (each ?? []).filter(({ failed }) => !failed);
  const off = (has: "promptTokens" | "outputTokens", asked: "askedPromptTokens" | "askedOutputTokens") =>
    finished.filter((one) => one[has] !== (one[asked] ?? one[has])).length;
  const [prompts, outputs] = [off("promptTokens", "askedPromptTokens"), off("outputTokens", "askedOutputTokens")];
  if (prompts + outputs === 0) return [];
  return [`Lengths     ${counted(prompts, "prompt")} and ${counted(outputs, "output")} of another length than asked for`];
}

function failureLines(outcomes: Readonly<Record<string, number>>, messages: readonly string[]): string[] {
  const failed = Object.entries(outcomes).filter(([outcome]) => outcome !== "finished" && outcome !== "stopped");
  if (failed.length === 0) return [];
  return [`Failed      ${failed.map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`, ...messages.map((each) => `  ${each}`)];
}
