import type { Underway } from "@tokenyard/observe";
import { counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { durationText } from "../terminal/duration-text.ts";

const REDRAW_MS = 200;

/** A line that shows how far an observation is, redrawn in place; silent where there is no terminal. */
export class ObserveProgress {
  readonly #channel: Channel;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(channel: Channel, underway: () => Underway & { readonly failed: number }) {
    this.#channel = channel;
    if (!channel.live) return;
    this.#timer = setInterval(() => {
      const { sent, ended, inFlight, seconds, failed } = underway();
      const failures = failed === 0 ? "" : `, ${grouped(failed)} failed`;
      const text = `observe: ${durationText(seconds)}, ${counted(sent, "request")} sent, ${grouped(inFlight)} in flight, ${grouped(ended)} ended${failures}`;
      channel.write(`\r\u001b[2K${text.slice(0, (channel.columns ?? 80) - 1)}`);
    }, REDRAW_MS);
  }

  clear(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#channel.write("\r\u001b[2K");
  }
}
