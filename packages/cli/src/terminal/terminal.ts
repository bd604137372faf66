import { styleText } from "node:util";
import type { Channel } from "./channel.ts";
import { ProcessChannel } from "./process-channel.ts";

/** Output of the command line: results on `out`, messages on `err`. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
  /** The process's standard input, to its end. */
  readonly in: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
}

/** The terminal of this process, and whether all that was said is out. */
export function processTerminal(): Terminal & { isWritten(): boolean } {
  const out = new ProcessChannel(1);
  const err = new ProcessChannel(2);
  return {
    out,
    err,
    get in() {
      return process.stdin; // opened on first use
    },
    isWritten: () => out.isWritten && err.isWritten,
  };
}

/** `text` in `style` where the channel shows colour. */
export function styled(channel: Channel, style: Parameters<typeof styleText>[0], text: string): string {
  return channel.colour ? styleText(style, text, { validateStream: false }) : text;
}

/** Control characters but tab and newline, and those that turn the direction of the text around them. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/** `text` that can neither steer the reader's terminal nor read otherwise than it is: characters that would become the replacement character. */
export function harmless(text: string): string {
  return text.replace(CONTROLS, "\ufffd");
}
