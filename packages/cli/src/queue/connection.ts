import type { Redis } from "ioredis";
import { BadInput } from "../outcomes/bad-input.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import type { QueueAddress } from "./address.ts";

/** Longest time for a first connection. */
const CONNECT_MS = 5_000;
const LONGEST_WAIT_MS = 2_000;
/** Oldest version whose scripts can do what the queue needs. */
const OLDEST = [6, 2] as const;

/** Called when the server is lost and when it is back; it is tried until then. */
export type OnLink = (event: "lost" | "back", why: string) => void;

/**
 * A connection to the server at `address`, which is made again whenever it breaks. Throws BadInput where none can be made at first, and for a
 * server that may throw jobs away when its memory is full.
 */
export async function connected(address: QueueAddress, onLink: OnLink = () => {}): Promise<Redis> {
  const { Redis: Client } = await loaded(() => import("ioredis"), address);
  let isOpen = false;
  let isLost = false;
  let why: unknown;
  const redis = new Client(address.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null, // requests are repeated when the server is back
    retryStrategy: (times) => (isOpen ? Math.min(LONGEST_WAIT_MS, 50 * 2 ** Math.min(times, 10)) : null),
  });
  redis.on("error", (error) => {
    why ??= error;
    if (isOpen && !isLost)
      onLink("lost", /ECONNREFUSED/.test((error as NodeJS.ErrnoException).code ?? "") ? "connection refused" : "connection closed");
    isLost = isOpen;
  });
  redis.on("close", () => {
    if (isOpen && !isLost && redis.status !== "end") onLink("lost", "connection closed");
    isLost = isOpen;
  });
  redis.on("ready", () => {
    if (isLost) onLink("back", "");
    isLost = false;
  });
  try {
    await within(CONNECT_MS, redis.connect());
    await checkServer(redis);
  } catch (error) {
    redis.disconnect();
    throw error instanceof Refusal ? refused(address, error.message) : refused(address, reasonOf(why ?? error));
  }
  isOpen = true;
  return redis;
}

/** A package that is loaded when there is a queue, and may be left out of an installation. */
export async function loaded<T>(load: () => Promise<T>, address: QueueAddress): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!/MODULE_NOT_FOUND/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw refused(address, "needs the packages bullmq and ioredis, which are not installed");
  }
}

export function refused({ shown }: QueueAddress, message: string): BadInput {
  return new BadInput([plainProblem(`--queue ${shown}`, message)]);
}

/** Problem of a server that answers. */
class Refusal extends Error {}

async function checkServer(redis: Redis): Promise<void> {
  const facts = new Map<string, string>();
  for (const line of (await redis.info()).split("\r\n")) facts.set(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1));
  const version = facts.get("redis_version") ?? "0";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new Refusal(`is a server of version ${version}; wanted Valkey, or Redis from ${OLDEST.join(".")} on`);
  const policy = facts.get("maxmemory_policy") ?? "noeviction";
  if (policy !== "noeviction")
    throw new Refusal(
      `has maxmemory-policy ${policy}, by which jobs may be lost; wanted noeviction (CONFIG SET maxmemory-policy noeviction)`,
    );
  if (facts.get("role") === "slave") throw new Refusal("is a replica, which takes no jobs; wanted its primary");
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reason from the server or the network, in words for the reader of a message. */
function reasonOf(error: unknown): string {
  const { code = "", message = "" } = error as NodeJS.ErrnoException;
  return REASONS.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1] ?? `cannot be used: ${message || code || String(error)}`;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "connection refused; is a server running there?"],
  [/ENOTFOUND|EAI_AGAIN/, "no such host"],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    "does not answer; is the host right, may this machine reach it, and does it speak TLS if the URL says rediss://?",
  ],
  [/WRONGPASS|invalid password/, "refuses the user or the password"],
  [/NOAUTH|without any password/, "wants a user or a password: redis://user:password@host, or the password in TOKENYARD_QUEUE_PASSWORD"],
  [/NOPERM/, "does not allow this user what the queue needs; docs/distributed.md has the rights"],
  [/CERT|certificate|self.signed|ALTNAME/i, "has a certificate that is not trusted; NODE_EXTRA_CA_CERTS names a file of further ones"],
  [/EPROTO|SSL|wrong version number|packet length/i, "does not speak TLS; wanted redis:// in place of rediss://"],
  [/DB index|SELECT/i, "has no such database"],
  [
    /Protocol error|ECONNRESET|EPIPE|Connection is closed|end of the stream/i,
    "closes the connection; is it a Valkey or Redis server, and does it want rediss://?",
  ],
];
