import type { LiveEnding } from "@tokenyard/simulator";
import type { AnswerListener, ServedPlan } from "./served-plan.ts";

/** What a mock did until it ended. */
export interface MockSummary {
  readonly simulatedSeconds: number;
  readonly arrived: number;
  readonly endings: Readonly<Record<LiveEnding, number>>;
  /** Clients that did not read what they were sent. */
  readonly dropped: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** How much later than their instants tokens were written. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly longest: number };
  /** Events of blocks, where they are published. */
  readonly kvEvents?: BlockCounts | undefined;
}

/** What was published of the blocks of prefix caches. */
export interface BlockCounts {
  readonly stored: number;
  readonly removed: number;
  /** Messages that a subscriber did not get, as it did not read those before. */
  readonly dropped: number;
}

/** Counts what is asked for and what becomes of it. */
export class Totals {
  arrived = 0;
  dropped = 0;
  #promptTokens = 0;
  #outputTokens = 0;
  readonly #endings: Record<LiveEnding, number> = { finished: 0, rejected: 0, failed: 0 };

  /** `listener`, whose request arrives and whose answer is counted. */
  counted(listener: AnswerListener, promptTokens: number): AnswerListener {
    this.arrived++;
    this.#promptTokens += promptTokens;
    return {
      tokens: (first, count) => {
        this.#outputTokens += count;
        listener.tokens(first, count);
      },
      ended: (ending) => {
        this.#endings[ending]++;
        listener.ended(ending);
      },
    };
  }

  summary({ lag, run }: ServedPlan, kvEvents?: { readonly counts: BlockCounts }): MockSummary {
    return {
      simulatedSeconds: Math.max(0, run.nowNs) / 1e9,
      arrived: this.arrived,
      endings: { ...this.#endings },
      dropped: this.dropped,
      promptTokens: this.#promptTokens,
      outputTokens: this.#outputTokens,
      lagMs: lag.spreadMs(),
      kvEvents: kvEvents?.counts,
    };
  }
}

/** `summary` in lines. */
export function summaryText(summary: MockSummary): string {
  const { simulatedSeconds, arrived, endings, dropped, promptTokens, outputTokens, lagMs, kvEvents } = summary;
  const { finished, rejected, failed } = endings;
  const gone = arrived - finished - rejected - failed;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    `${arrived} requests in ${simulatedSeconds.toFixed(1)} s of simulated time: ${finished} finished, ${rejected} refused, ${failed} lost to faults, ${gone} left by their clients or not over${dropped > 0 ? `, ${dropped} of them dropped as they did not read` : ""}`,
    `${promptTokens} prompt tokens and ${outputTokens} output tokens`,
    `tokens were written late by ${ms(lagMs.p50)} (p50), ${ms(lagMs.p99)} (p99), ${ms(lagMs.longest)} (longest)`,
    ...(kvEvents === undefined ? [] : [eventsText(kvEvents)]),
    "",
  ].join("\n");
}

function eventsText({ stored, removed, dropped }: BlockCounts): string {
  return `${stored} blocks were kept and ${removed} lost; ${dropped} messages about them did not reach a subscriber`;
}
