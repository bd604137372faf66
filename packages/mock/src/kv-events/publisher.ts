import { createServer, type Server, type Socket } from "node:net";
import { command, FrameReader, GREETING, message, nameOf, property } from "./zmtp-frames.ts";

/** Subscribers at once, and topics of each. */
const MOST_SUBSCRIBERS = 64;
const MOST_TOPICS = 256;
/** Bytes that a subscriber may leave unread before messages to it are dropped. */
const MOST_UNREAD = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;

/** A PUB socket of ZeroMQ that listens on TCP. Messages to subscribers that do not read are dropped. */
export class Publisher {
  /** Messages that a subscriber did not get, as it did not read those before. */
  dropped = 0;
  readonly #server: Server = createServer((socket) => this.#connected(socket));
  readonly #subscribers = new Set<Subscriber>();

  /** The port that it listens on; 0 takes a free one. Rejects where the port cannot be had. */
  listen(port: number, host: string): Promise<number> {
    this.#server.maxConnections = MOST_SUBSCRIBERS;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host }, () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Whether a subscriber hears of `topic`. */
  isHeard(topic: Buffer): boolean {
    for (const subscriber of this.#subscribers) if (subscriber.wants(topic)) return true;
    return false;
  }

  /** Sends `parts`, the first of which is the topic, to who subscribed to a beginning of it. */
  send(parts: readonly [topic: Buffer, ...rest: Uint8Array[]]): void {
    const bytes = message(parts);
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(parts[0])) continue;
      if (subscriber.socket.writableLength > MOST_UNREAD) this.dropped++;
      else subscriber.socket.write(bytes);
    }
  }

  async close(): Promise<void> {
    for (const { socket } of this.#subscribers) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  #connected(socket: Socket): void {
    const subscriber = new Subscriber(socket);
    this.#subscribers.add(subscriber);
    socket.on("close", () => this.#subscribers.delete(subscriber));
  }
}

/** One connection, with the topics that it subscribed to. */
class Subscriber {
  readonly socket: Socket;
  readonly #reader = new FrameReader();
  readonly #topics: Buffer[] = [];
  #isReady = false;

  constructor(socket: Socket) {
    this.socket = socket;
    const late = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
    socket.setNoDelay(true);
    socket.on("error", () => {}); // the subscriber has gone
    socket.on("close", () => clearTimeout(late));
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const { isCommand, body } of this.#reader.take(chunk)) {
          if (isCommand) this.#obey(body);
          else this.#subscribe(body[0] === 1, body.subarray(1));
        }
        if (this.#isReady) clearTimeout(late);
      } catch {
        socket.destroy();
      }
    });
    socket.write(Buffer.concat([GREETING, command("READY", property("Socket-Type", "PUB"))]));
  }

  wants(topic: Buffer): boolean {
    return this.#isReady && this.#topics.some((each) => topic.subarray(0, each.length).equals(each));
  }

  #obey(body: Buffer): void {
    const { name, rest } = nameOf(body);
    if (name === "READY") this.#isReady = true;
    else if (name === "SUBSCRIBE" || name === "CANCEL") this.#subscribe(name === "SUBSCRIBE", rest);
    else if (name === "PING")
      this.socket.write(command("PONG", rest.subarray(2))); // its context, behind how long it waits
    else if (name === "ERROR") throw new Error("the subscriber gave up");
  }

  #subscribe(isWanted: boolean, topic: Buffer): void {
    if (isWanted) this.#topics.push(Buffer.from(topic));
    else {
      const at = this.#topics.findIndex((each) => each.equals(topic));
      if (at >= 0) this.#topics.splice(at, 1);
    }
    if (this.#topics.length > MOST_TOPICS) throw new Error(`more than ${MOST_TOPICS} topics`);
  }
}
