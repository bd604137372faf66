import type { Progress } from "@tokenyard/simulator";
import { grouped } from "./amount.ts";
import type { Channel } from "./channel.ts";
import { harmless } from "./terminal.ts";

const REDRAW_MS = 200;

/** A line that shows how far a run is, redrawn in place a few times a second; silent where there is no terminal. */
export class ProgressLine {
  readonly #channel: Channel;
  readonly #title: string;
  #drawnAtMs = 0;
  #drawn = false;

  constructor(channel: Channel, title: string) {
    this.#channel = channel;
    this.#title = title;
  }

  show(progress: Progress, nowMs: number): void {
    if (!this.#channel.live || nowMs - this.#drawnAtMs < REDRAW_MS) return;
    const width = this.#channel.columns ?? 80;
    this.#channel.write(`\r\u001b[2K${harmless(progressText(this.#title, progress)).slice(0, width - 1)}`);
    this.#drawnAtMs = nowMs;
    this.#drawn = true;
  }

  clear(): void {
    if (this.#drawn) this.#channel.write("\r\u001b[2K");
    this.#drawn = false;
  }
}

/** `deployment-plan: 12,000 events, 1.234 s simulated, 40 % of 128 requests`. */
export function progressText(title: string, { events, nowNs, finished, requests }: Progress): string {
  const share = requests === 0 ? 100 : Math.floor((100 * finished) / requests);
  return `${title}: ${grouped(events)} events, ${(nowNs / 1e9).toFixed(3)} s simulated, ${share} % of ${grouped(requests)} requests`;
}
