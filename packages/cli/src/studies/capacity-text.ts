import { inDigits, isCounted, isShort, loadText, paragraph } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import type { Breach, Capacity, CapacityMetric, Trial } from "@tokenyard/study";
import type { AnswerTable } from "../files/answer-page.ts";
import { numberForm } from "../tables/number-column.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";

/** Text on a search for the capacity: the answer, every load that was tried, and what breaks first. */
export function capacityText(found: Capacity, name: string, channel: Channel): string {
  const lines = [
    styled(channel, "bold", harmless(`capacity of ${name}: ${answerText(found)}`)),
    ...paragraph(harmless(found.conclusion.sentences.join(" ")).split(" "), "", WIDTH),
    "",
    ...boundsLines(found).map(harmless),
    harmless(termsText(found)),
    ...foreseenLines(found),
    "",
    ...tableLines(found, channel),
    "",
    ...realLines(found),
    ...breachLines(found).map(harmless),
    ...capacityLines(found).map(harmless),
  ];
  if (found.stopped) lines.push("the search was ended early");
  return `${lines.join("\n")}\n`;
}

const WIDTH = 100;

/** Content of the HTML page of a capacity search. */
export function capacityPage(found: Capacity, name: string) {
  const { conclusion, atCapacity } = found;
  const numbers = capacityNumbers(found);
  const column = (heading: string, at: 0 | 1): TextColumn => ({
    heading,
    align: at === 0 ? "left" : "right",
    cells: (numbers?.rows ?? []).map((row) => row[at]),
  });
  const highest = { heading: `The highest load that holds: ${numbers?.where}`, columns: [column("number", 0), column("value", 1)] };
  const tried = { heading: "Loads that were tried", columns: trialColumns(found) };
  const tables: AnswerTable[] = numbers === undefined ? [tried] : [highest, tried];
  const facts = [...boundsLines(found), termsText(found), ...foreseenLines(found), ...realLines(found), ...breachLines(found)];
  const warnings = (atCapacity?.report.warnings ?? []).map(({ code, message }) => `at the capacity: ${code}: ${message}`);
  return { title: `capacity of ${name}`, conclusion, facts, tables, warnings };
}

function termsText({ requirements, replications }: Capacity): string {
  const terms = requirements.length === 0 ? "no targets: as long as the queue does not grow" : `subject to ${requirements.join(", ")}`;
  return replications === 1 ? terms : `${terms}, over the requests of ${replications} seeds`;
}

/** Line on where the formula of loads began the search; none where that was the scenario's own load. */
function foreseenLines({ foreseen, own, of, breaches }: Capacity): string[] {
  if (foreseen === undefined || foreseen.skipped === 0) return [];
  const { began, skipped, isRight } = foreseen;
  const wrong = isShort(breaches) ? "runs there are too short to say" : "it was wrong there";
  const came = isRight ? "that holds, and twice that does not, as it says" : `${wrong}, and the search went on from there`;
  const which = `the formula of loads began the search at ${loadText(began, of)}, not at ${loadText(own, of)}`;
  return [`${which}: ${counted(skipped, began > own ? "doubling" : "halving")} fewer; ${came}`];
}

/** Lines on the seeds behind the load that holds, and on the search beneath it. */
function boundsLines(found: Capacity): string[] {
  const { looks, capacity, fails, of } = found;
  if (!isBounded(found)) return [];
  const seeds = looks.length === 1 ? `${looks[0]}` : `${looks[0]} to ${looks.at(-1)}`;
  const between =
    capacity !== null && fails !== null ? `; the search below is between ${loadText(capacity, of)} and ${loadText(fails, of)}` : "";
  return [`by the 95 % intervals of ${seeds} fresh seeds at each load${between}`];
}

function isBounded({ looks, stopped, holdsTo, failsFrom }: Capacity): boolean {
  return looks.length > 0 && !stopped && (holdsTo !== null || failsFrom !== null);
}

function boundsText({ holdsTo, failsFrom, of }: Capacity): string {
  const text = (value: number, round: (value: number) => number) => loadText(isCounted(of) ? value : inDigits(value, round), of);
  const to = holdsTo === null ? null : text(holdsTo, Math.floor);
  const from = failsFrom === null ? null : text(failsFrom, Math.ceil);
  if (to === null) return `fails from ${from}, and surely holds at no load that was tried`;
  if (from === null) return `holds to ${to}, and surely fails at no load that was tried`;
  return `holds to ${to}, fails from ${from}`;
}

function answerText(found: Capacity): string {
  const { capacity, fails, of, trials } = found;
  if (isBounded(found)) return boundsText(found);
  if (capacity === null) {
    if (trials.length === 0) return "nothing was tried";
    return `does not hold even at ${loadText(Math.min(...trials.map(({ value }) => value)), of)}`;
  }
  if (fails !== null && isShort(found.breaches))
    return `holds at ${loadText(capacity, of)}, and ${loadText(fails, of)} is too short to say`;
  if (fails !== null) return `holds at ${loadText(capacity, of)}, not at ${loadText(fails, of)}`;
  return `holds at ${loadText(capacity, of)}, the highest that was tried`;
}

function tableLines(found: Capacity, channel: Channel): string[] {
  const { head, body } = textTable(trialColumns(found));
  return [...head.map((line) => styled(channel, "dim", harmless(line))), ...body.map(harmless)];
}

function trialColumns({ trials, metrics, of }: Capacity): TextColumn[] {
  const rows = [...trials].sort((a, b) => a.value - b.value);
  const heading = { requests: "requests/s", sessions: "sessions/s", users: "users", trace: "speed", sequences: "sequences" }[of];
  return [
    { heading, align: "right", cells: rows.map(({ value }) => String(value)) },
    { heading: "holds", align: "left", cells: rows.map(({ holds }) => (holds ? "✓" : "✗")) },
    { heading: "runs", align: "right", cells: rows.map(({ runs }) => String(runs)) },
    ...metrics.map((metric, at) => meanColumn(metric, at, rows)),
    ...(rows.some(({ probability }) => probability !== undefined)
      ? [{ heading: "on real servers", align: "right" as const, cells: rows.map(({ probability }) => percentText(probability)) }]
      : []),
    { heading: "what breaks", align: "left", cells: rows.map(({ breaches }) => breaches.map(shortBreach).join(", ")) },
  ];
}

function percentText(probability: number | undefined): string {
  return probability === undefined ? "" : `${(100 * probability).toFixed(0)} %`;
}

/** How sure a real server is of the capacity, and the highest load that was tried of which it is nearly sure. */
function realLines({ trials, capacity, of, real }: Capacity): string[] {
  if (real === undefined || capacity === null) return [];
  const { chance: own, regret } = real;
  const sure = trials.filter(({ value, probability = 0 }) => value <= capacity && probability >= NEARLY_SURE).map(({ value }) => value);
  const surest =
    own >= NEARLY_SURE
      ? ""
      : sure.length === 0
        ? `; no load that was tried is ${percentText(NEARLY_SURE)} sure`
        : `; the highest that was tried and is ${percentText(NEARLY_SURE)} sure is ${loadText(Math.max(...sure), of)}`;
  const lost =
    regret === null
      ? ""
      : `; where ${isCounted(of) && capacity !== 1 ? "they do" : "it does"} not, the highest that was tried and holds is ${percentText(regret)} less in the mean`;
  const run = own >= NEARLY_SURE ? [] : [`to decide: a measured run at ${loadText(capacity, of)}, given to tokenyard calibrate`];
  return [
    `on real servers, by seeds and model error, ${loadText(capacity, of)} ${isCounted(of) && capacity !== 1 ? "hold" : "holds"} with ${percentText(own)}${lost}${surest}`,
    ...run,
  ];
}

const NEARLY_SURE = 0.9;

function meanColumn({ name, unit: known }: CapacityMetric, at: number, rows: readonly Trial[]): TextColumn {
  const values = rows.map(({ means }) => means[at] ?? null);
  const { unit, text } = numberForm(values, known);
  return { heading: name, unit, align: "right", cells: values.map(text) };
}

function shortBreach({ kind, what }: Breach): string {
  if (kind === "requirement") return what;
  return { unanswered: "unanswered", overload: "overload", burst: "too short to say", impossible: "cannot be", failed: "failed" }[kind];
}

function breachLines({ fails, breaches, of, trials }: Capacity): string[] {
  if (fails === null) return [];
  const at = loadText(fails, of);
  return breaches.map((breach) => {
    const valueless = Object.keys(breach.found).filter((name) => trials.every((trial) => lacksValue(trial, breach, name)));
    if (valueless.length > 0) return `no load that was tried gives ${valueless.join(", ")} a value: ${breach.what} cannot hold`;
    if (breach.kind === "requirement")
      return `breaks first, at ${at}: ${breach.what}; ${foundText(breach)}${breach.seed === null ? "" : ` with seed ${breach.seed}`}`;
    if (breach.kind === "burst") return `more may hold: at ${at} ${breach.what}; more requests would show it`;
    return `at ${at}: ${breach.what}`;
  });
}

function lacksValue({ breaches }: Trial, { what }: Breach, name: string): boolean {
  return breaches.some((breach) => breach.what === what && breach.found[name] === null);
}

function foundText({ found }: Breach): string {
  const entries = Object.entries(found);
  return entries
    .map(([name, value]) => {
      const { unit, text } = numberForm(typeof value === "number" ? [value] : [], metricOf(name)?.unit ?? "");
      const shown = typeof value === "number" ? `${text(value)} ${unit}`.trim() : (value ?? "no value");
      return entries.length === 1 ? shown : `${name} ${shown}`;
    })
    .join(", ");
}

function capacityLines(found: Capacity): string[] {
  const numbers = capacityNumbers(found);
  return numbers === undefined ? [] : [`${numbers.where}:`, ...numbers.rows.map(([name, value]) => `  ${name} ${value}`)];
}

/** Numbers at the highest load that holds, with the words of where they are from; undefined where none holds. */
function capacityNumbers({ atCapacity, capacity, metrics, of, replications }: Capacity) {
  if (atCapacity === null || capacity === null) return undefined;
  const { gpus, requestsPerSecondPerGpu, estimates } = atCapacity;
  const known = metrics.map(({ name, unit }, at) => ({ name, unit, estimate: estimates[at] ?? null }));
  const rate = { name: "requests/s a GPU", unit: "" as const, estimate: requestsPerSecondPerGpu };
  const shown = of === "sequences" ? known : [rate, ...known]; // those of a steady decode are no requests
  const rows = shown.map(({ name, unit, estimate }): readonly [name: string, value: string] => {
    if (estimate === null) return [name, "no value"];
    const { interval } = estimate;
    const mean = "mean" in estimate ? estimate.mean : estimate.value;
    const form = numberForm([mean], unit);
    return [name, `${form.mean(mean, interval)} ${form.unit}`.trimEnd()];
  });
  const means = replications === 1 ? ", one seed" : `, of ${replications} seeds ± half a 95 % interval (−below +above)`;
  return { where: `at ${loadText(capacity, of)}, on ${counted(gpus, "GPU")}${means}`, rows };
}
