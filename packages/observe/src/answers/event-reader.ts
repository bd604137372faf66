import { StringDecoder } from "node:string_decoder";
import { createParser, type EventSourceParser } from "eventsource-parser";

/** Characters of an event, at most. */
const LONGEST_EVENT = 1 << 20;

/** Makes events of the bytes of a stream, which may be split anywhere: in a character, in a line, in an event. */
export class EventReader {
  readonly #decoder = new StringDecoder("utf8");
  readonly #parser: EventSourceParser;
  #isTooLong = false;

  /** `onData` gets the data of each event. */
  constructor(onData: (data: string) => void) {
    this.#parser = createParser({
      maxBufferSize: LONGEST_EVENT,
      onEvent: ({ data }) => onData(data),
      onError: ({ type }) => {
        if (type === "max-buffer-size-exceeded") this.#isTooLong = true;
      },
    });
  }

  /** Takes the next bytes; false once an event is longer than any may be. */
  feed(bytes: Buffer): boolean {
    if (!this.#isTooLong) this.#parser.feed(this.#decoder.write(bytes));
    return !this.#isTooLong;
  }

  /** Ends the last line, where the server did not. */
  end(): void {
    if (!this.#isTooLong) this.#parser.feed(`${this.#decoder.end()}\n\n`);
  }
}
