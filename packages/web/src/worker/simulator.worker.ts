import { Desk } from "./desk.ts";
import { loadReaders } from "./late-parquet.ts";
import type { Answer, Order } from "./messages.ts";

/** Members of a Worker's global scope; the compiler knows those of a window. */
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

/** Available in Workers only. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const PIECE_BYTES = 1 << 20;

/** The bytes of a file, 1 MiB at a time: it is never in memory whole. */
function* piecesOf(file: Blob): Iterable<Uint8Array> {
  const reader = new FileReaderSync();
  for (let from = 0; from < file.size; from += PIECE_BYTES)
    yield new Uint8Array(reader.readAsArrayBuffer(file.slice(from, from + PIECE_BYTES)));
}

const desk = new Desk({
  post: (answer, transfer = []) => scope.postMessage(answer, transfer),
  nowMs: () => performance.now(),
  pause,
  readBlob: piecesOf,
  loadReaders,
});
void import("./result.ts"); // the first run finds it there
scope.onmessage = ({ data }) => void desk.take(data);
