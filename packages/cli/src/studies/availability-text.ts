import { CAUSE_WORDS, paragraph, spreadText } from "@tokenyard/report";
import type { Availability, Estimate, Outcome, ReportedVariant } from "@tokenyard/study";
import type { AnswerTable } from "../files/answer-page.ts";
import { NO_VALUE, numberForm } from "../tables/number-column.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { durationText } from "../terminal/duration-text.ts";
import { harmless, styled } from "../terminal/terminal.ts";

const GROUPS = {
  detectors: "detectors",
  reactions: "reactions",
  requests: "requests",
  spares: "spares",
  engines: "engine presets",
} as const;
const POOLS = ["of the pool that prefills", "of the pool that decodes"];
const MOST_DIGITS = 7;
const WIDTH = 100;

/** Text on years of a plan: the serving share, the detectors, and alternatives. */
export function availabilityText(found: Availability, channel: Channel): string {
  const { scenario, own } = found;
  const title = own === null ? "with engine presets" : `${shareText(own.capacity)} of its capacity`;
  const lines = [
    styled(channel, "bold", harmless(`availability of ${scenario.name}: ${title}`)),
    ...paragraph(harmless(found.conclusion.sentences.join(" ")).split(" "), "", WIDTH),
    "",
    ...factLines(found).map(harmless),
    ...tablesOf(found).flatMap(({ columns }) => ["", ...tableLines(channel, columns)]),
    ...(found.assumed.length === 0
      ? []
      : [
          "",
          `assumed: ${Object.entries(found.assumedValues)
            .map((each) => each.join(" "))
            .join(", ")}`,
        ]),
    ...found.warnings.map((warning) => styled(channel, "yellow", harmless(`warning: ${warning}`))),
    ...found.leftOut.map((entry) => harmless(`left out: ${entry}`)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Content of the HTML page of an availability study. */
export function availabilityPage(found: Availability) {
  const { scenario, conclusion, warnings, leftOut, assumedValues } = found;
  const assumed = Object.entries(assumedValues).map((each) => each.join(" "));
  const facts = [...factLines(found), ...(assumed.length === 0 ? [] : [`assumed of failures: ${assumed.join(", ")}`])];
  const notes = [...warnings, ...leftOut.map((entry) => `left out: ${entry}`)];
  return { title: `availability of ${scenario.name}`, conclusion, facts, tables: tablesOf(found), warnings: notes };
}

function tablesOf(found: Availability): AnswerTable[] {
  const { own, variants, engines } = found;
  return [
    ...(own === null
      ? []
      : [
          { heading: "The plan over a year", columns: ownColumns(own) },
          { heading: "What fails, and who detects it", columns: seenColumns(own) },
        ]),
    ...(variants.length === 0
      ? []
      : [{ heading: "With other detectors, reactions and spares", columns: variantColumns(variants, own, found) }]),
    ...(engines.length === 0 ? [] : [{ heading: "With engine presets", columns: variantColumns(engines, null, found) }]),
  ];
}

function factLines({ gpus, replicas, hoursBetween, years, seed, traffic }: Availability): string[] {
  const between = hoursBetween === null ? "nothing fails" : `something fails every ${Number(hoursBetween.toPrecision(3))} h`;
  const requests =
    traffic === null
      ? []
      : [
          `${Number(traffic.perSecond.toPrecision(3))} requests/s, ${Number(traffic.inFlight.toPrecision(3))} in flight${inPools(traffic)}, ${{ stated: "as stated", workload: "from the workload", run: "from a run without faults" }[traffic.from]}`,
          ...(traffic.unsteady === undefined
            ? []
            : [`! that run is no steady load; state availability.rate and availability.inFlight: ${traffic.unsteady}`]),
        ];
  return [
    `${counted(gpus, "GPU")} in ${counted(replicas, "replica")}; ${between}`,
    ...requests,
    `means of ${counted(years, "year")} from seed ${seed} ± half a 95 % interval (−below +above)`,
  ];
}

/** ` (1.2 prefilling, 38 decoding)` */
function inPools({ inFlightOf }: NonNullable<Availability["traffic"]>): string {
  if (inFlightOf === undefined) return "";
  const [prefilling, decoding] = inFlightOf.map((requests) => Number(requests.toPrecision(3)));
  return ` (${prefilling} prefilling, ${decoding} decoding)`;
}

function ownColumns(own: Outcome): TextColumn[] {
  const { formula, requests, pools = [] } = own;
  const rows: (readonly [string, string, string])[] = [
    ["capacity in service", shareOf(formula.capacity), shareText(own.capacity)],
    ...pools.map((capacity, at) => [`  ${POOLS[at]!}`, "", shareText(capacity)] as const),
    ["time some replica serves", shareOf(formula.serving), shareText(own.serving)],
    ["time all of the plan serves", shareOf(formula.whole), shareText(own.whole)],
    ["time experts are missing", "", lossText(own.degraded)],
    ["outages of replicas a year", "", countText(own.outages)],
    ["total outage time a year", "", timeText(own.downSeconds)],
    ["longest outage of a year", "", timeText(own.longestSeconds)],
    ["longest outage of all years", "", durationText(own.longestOfAllSeconds)],
    ...(requests === null
      ? []
      : ([
          ["requests a year that fail", "", countText(requests.failed)],
          ["requests a year refused", "", countText(requests.refused)],
          ["requests a year that wait", "", countText(requests.delayed)],
        ] as const)),
  ];
  return [
    { heading: "", align: "left", cells: rows.map(([name]) => name) },
    { heading: "by formula", align: "right", cells: rows.map((row) => row[1]) },
    { heading: "drawn", align: "right", cells: rows.map((row) => row[2]) },
  ];
}

function seenColumns({ seen, formula }: Outcome): TextColumn[] {
  const outage = (cause: string) => {
    const own = formula.causes.filter((each) => each.cause === cause && each.perYear > 0);
    if (own.length === 0 || own.some(({ outageSeconds }) => outageSeconds === null)) return null;
    const perYear = own.reduce((sum, each) => sum + each.perYear, 0);
    return own.reduce((sum, each) => sum + (each.outageSeconds! * each.perYear) / perYear, 0);
  };
  return [
    { heading: "what fails", align: "left", cells: seen.map(({ cause }) => CAUSE_WORDS[cause]) },
    { heading: "a year", align: "right", cells: seen.map(({ perYear }) => String(Number(perYear.toPrecision(3)))) },
    { heading: "detected", align: "right", cells: seen.map(({ known }) => percent(known)) },
    {
      heading: "of these by",
      align: "left",
      cells: seen.map(({ by }) => {
        const detectors = Object.entries(by).sort((a, b) => b[1] - a[1]);
        return detectors.length === 0 ? "none" : detectors.map(([name, share]) => `${name} ${percent(share)}`).join(", ");
      }),
    },
    { heading: "after", align: "right", cells: seen.map(({ seconds }) => (seconds === null ? NO_VALUE : secondsText(seconds))) },
    { heading: "outage", align: "right", cells: seen.map(({ cause }) => secondsText(outage(cause))) },
  ];
}

function variantColumns(variants: readonly ReportedVariant[], own: Outcome | null, { traffic }: Availability): TextColumn[] {
  const groups = [...new Set(variants.map(({ group }) => group))];
  const rows = groups.flatMap((group) => [
    { name: GROUPS[group], variant: undefined },
    ...variants.filter((each) => each.group === group).map((variant) => ({ name: `  ${variant.name}`, variant })),
  ]);
  const cells = (text: (variant: ReportedVariant) => string) => rows.map(({ variant }) => (variant === undefined ? "" : text(variant)));
  const hasDifference = own !== null;
  return [
    { heading: hasDifference ? "with" : "", align: "left", cells: rows.map(({ name }) => name) },
    { heading: "capacity serves", align: "right", cells: cells(({ outcome }) => shareText(outcome.capacity)) },
    ...(hasDifference
      ? [{ heading: "lost more", align: "right" as const, cells: cells(({ capacityLost }) => differenceText(capacityLost)) }]
      : []),
    { heading: "all serves", align: "right", cells: cells(({ outcome }) => shareText(outcome.whole)) },
    { heading: "longest outage", align: "right", cells: cells(({ outcome }) => durationText(outcome.longestOfAllSeconds)) },
    ...(traffic === null
      ? []
      : [
          {
            heading: "lost requests",
            align: "right" as const,
            cells: cells(({ outcome }) =>
              grouped(Math.round((outcome.requests?.failed.mean ?? 0) + (outcome.requests?.refused.mean ?? 0))),
            ),
          },
        ]),
  ];
}

function tableLines(channel: Channel, columns: readonly TextColumn[]): string[] {
  const { head, body } = textTable(columns);
  return [...head.map((line) => styled(channel, "dim", harmless(line))), ...body.map(harmless)];
}

/** `99.8734 %`: enough digits to show three of the lost share. */
function shareOf(value: number | null): string {
  if (value === null) return NO_VALUE;
  if (value >= 1) return "100 %";
  return `${(100 * value).toFixed(decimalsOf(1 - value))} %`;
}

function shareText({ mean, interval }: Estimate): string {
  if (interval === null || interval.high === interval.low) return shareOf(mean);
  const decimals = Math.min(MOST_DIGITS, Math.max(decimalsOf(1 - mean) - 1, decimalsOf((interval.high - interval.low) / 2) - 2));
  const spread = spreadText(mean, interval, (amount) => (100 * amount).toFixed(decimals));
  return `${(100 * mean).toFixed(decimals)}${spread === "" ? "" : ` ${spread}`} %`;
}

/** Three digits of a share, as percents have it. */
function decimalsOf(share: number): number {
  return share <= 0 ? 0 : Math.min(MOST_DIGITS, Math.max(0, -Math.floor(Math.log10(100 * share)) + 2));
}

function lossText({ mean, interval }: Estimate): string {
  return mean === 0 ? "0 %" : formText(mean, interval, "%");
}

function countText({ mean, interval }: Estimate): string {
  return mean === 0 ? "0" : formText(mean, interval, "");
}

function timeText({ mean, interval }: Estimate): string {
  if (mean < 6000) return mean === 0 ? "0 s" : formText(mean, interval, "s");
  return `${formText(mean / 3600, interval && { low: interval.low / 3600, high: interval.high / 3600 }, "")} h`;
}

function formText(mean: number, interval: Estimate["interval"], unit: string): string {
  const form = numberForm([mean], unit);
  const text = form.mean(mean, interval).replace(/(?<![.\d])\d{4,}/g, (digits) => grouped(Number(digits)));
  return `${text} ${form.unit}`.trim();
}

function differenceText(difference: Estimate | null): string {
  if (difference === null) return NO_VALUE;
  const { mean, interval } = difference;
  if (mean === 0) return "the same";
  const isReal = interval !== null && (interval.low > 0 || interval.high < 0);
  const sign = mean > 0 ? "+" : "−";
  return `${sign}${Number((100 * Math.abs(mean)).toPrecision(2))} %${isReal ? "" : " ?"}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function secondsText(seconds: number | null): string {
  if (seconds === null) return NO_VALUE;
  return seconds < 6000 ? `${Number(seconds.toPrecision(3))} s` : durationText(seconds);
}
