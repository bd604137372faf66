import { queueAddress } from "../queue/address.ts";
import { openLink } from "../queue/link.ts";
import { type QueueStatus, queueStatus } from "../queue/status.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted, grouped, rateText } from "../terminal/amount.ts";
import { durationText } from "../terminal/duration-text.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";

/** Questions to a queue. */
export type QueueQuestion = "status";

export interface QueueCommandOptions {
  readonly queue: string;
  readonly json?: boolean;
}

/** Prints the jobs of a queue, its workers, and its studies. */
export async function queue(_question: QueueQuestion, { queue: url, json }: QueueCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const address = queueAddress(url);
  const link = await openLink(address, undefined);
  try {
    const status = await queueStatus(link);
    terminal.out.write(json ? `${JSON.stringify(status)}\n` : statusText(status, address.shown, terminal));
  } finally {
    await link.close();
  }
  return FINE;
}

function statusText({ waiting, active, workers, studies, aside, memoryBytes }: QueueStatus, shown: string, { out }: Terminal): string {
  const memory = `${(memoryBytes / 2 ** 20).toFixed(1)} MiB on the server`;
  const threads = counted(
    workers.reduce((sum, worker) => sum + worker.threads, 0),
    "thread",
  );
  const lines = [
    styled(out, "bold", harmless(`${shown}: ${counted(waiting, "job")} waiting, ${grouped(active)} under way, ${memory}`)),
    ...table(`${counted(workers.length, "worker")}, ${threads}`, workers, [
      ["host", ({ host }) => host],
      ["pid", ({ pid }) => pid],
      ["version", ({ version }) => version],
      ["threads", (worker) => worker.threads],
      ["points", ({ points }) => points],
      ["failed", ({ failed }) => failed],
      ["a second", ({ points, seconds }) => rate(points, seconds)],
      ["core hours", ({ coreSeconds }) => (coreSeconds / 3600).toPrecision(3)],
      ["for", ({ seconds }) => durationText(seconds)],
    ]),
    ...table(studies.length === 1 ? "1 study" : `${grouped(studies.length)} studies`, studies, [
      ["study", ({ title }) => title],
      ["host", ({ host }) => host],
      ["version", ({ version }) => version],
      ["points ended", ({ ended }) => ended],
      ["under way", ({ asked, ended }) => asked - ended],
      ["a second", ({ ended, seconds }) => rate(ended, seconds)],
      ["for", ({ seconds }) => durationText(seconds)],
    ]),
    ...table(`${counted(aside.length, "point")} put aside, as workers crash on them`, aside, [
      ["index", ({ index }) => index],
      ["parameters", ({ parameters }) => JSON.stringify(parameters)],
      ["scenario", ({ base }) => base.slice(0, 12)],
    ]),
  ];
  return `${lines.join("\n")}\n`;

  function table<Row>(
    title: string,
    rows: readonly Row[],
    columns: readonly (readonly [string, (row: Row) => string | number])[],
  ): string[] {
    if (rows.length === 0) return title.startsWith("0 points") ? [] : [title];
    const made = columns.map(([heading, cell]): TextColumn => {
      const cells = rows.map(cell);
      return { heading, cells: cells.map(String), align: typeof cells[0] === "number" ? "right" : "left" };
    });
    const { head, body } = textTable(made);
    return ["", title, ...head.map((line) => styled(out, "dim", harmless(line))), ...body.map(harmless)];
  }
}

function rate(count: number, seconds: number): string {
  return seconds > 0 ? rateText(count / seconds) : "";
}
