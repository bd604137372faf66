import { Desk } from "./desk.ts";
import type { Answer, Order } from "./messages.ts";

/** What a Worker has of its global scope; the compiler knows that of a window. */
interface WorkerScope {
  postMessage(message: Answer, transfer?: readonly ArrayBufferLike[]): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Done when messages that came meanwhile were handled; a nested timer would take 4 ms. */
function pause(): Promise<void> {
  return new Promise((done) => {
    waiting.push(done);
    channel.port2.postMessage(null);
  });
}

const desk = new Desk({
  post: (answer, transfer = []) => scope.postMessage(answer, transfer),
  nowMs: () => performance.now(),
  pause,
});
scope.onmessage = ({ data }) => void desk.take(data);
