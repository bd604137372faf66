import type { ServerResponse } from "node:http";
import type { Written } from "./api/answer-text.ts";

/** Bytes that a client may leave unread before it is dropped. */
const MOST_UNREAD = 1024 * 1024;
const LAST_CHUNK = "0\r\n\r\n";

/**
 * A response of server-sent events. Each is one write of text to the socket, with the frame of its chunk: Node's own writes are held back until the next
 * tick and written in four parts, which costs more than twice as much.
 */
export class EventStream {
  readonly #response: ServerResponse;
  /** Whether the length of each chunk is written ahead of it: not to a client of HTTP 1.0. */
  readonly #isChunked: boolean;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache" });
    this.#isChunked = response.chunkedEncoding;
    response.chunkedEncoding = false; // the head says that it is; the frames are written here
    response.flushHeaders();
  }

  /** False if the client does not read, and is dropped. */
  write({ text, bytes }: Written): boolean {
    const response = this.#response;
    if (response.destroyed) return true;
    const out = this.#isChunked ? chunkOf(text, bytes) : text;
    (response.socket ?? response).write(out); // while an earlier answer has the connection, the response keeps it
    if (response.writableLength <= MOST_UNREAD) return true;
    response.destroy();
    return false;
  }

  end(text: string): void {
    this.#response.end(this.#isChunked ? chunkOf(text, Buffer.byteLength(text)) + LAST_CHUNK : text);
  }
}

function chunkOf(text: string, bytes: number): string {
  return `${bytes.toString(16)}\r\n${text}\r\n`;
}
