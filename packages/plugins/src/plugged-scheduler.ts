import type { Scenario } from "@tokenyard/scenario";
import type { Scheduler, SchedulerObserver, ServingContext } from "@tokenyard/serving";
import { type Asked, guarded, overlaid } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/**
 * A scheduler of a plug-in, whose answers are checked: replicas that are there, and passes; and, where requests come by `arrive` alone, that none ends
 * twice or without a token, and that no more tokens are out than were asked for.
 */
export function pluggedScheduler(
  own: Scheduler,
  { replicas, requests }: ServingContext,
  { pools, faults, retries, workload }: Scenario,
  kind: string,
  asked: Asked,
): Scheduler {
  const place = (at: unknown) =>
    at === undefined || (Number.isInteger(at) && (at as number) >= 0 && (at as number) < replicas)
      ? undefined
      : `a request waits at replica ${String(at)}; wanted 0 to ${replicas - 1}, or undefined for any`;
  const isPass = (pass: unknown) => typeof pass === "object" && pass !== null && "newTokens" in pass;
  const checks = {
    arrive: place,
    next: (pass: unknown) => (pass === undefined || isPass(pass) ? undefined : `next gave ${String(pass)}; wanted a pass, or undefined`),
  };
  const isPlain = pools === undefined && faults === undefined && retries === undefined && workload.kind !== "steady-decode";
  if (!isPlain) return guarded(own, asked, { kind }, checks);
  const ledger = new Ledger(requests.outputTokens, asked);
  const checked = guarded(own, asked, {}, checks);
  return overlaid(checked, {
    kind,
    arrive(request, nowNs, observer, avoided) {
      ledger.arrived(request);
      return checked.arrive(request, nowNs, ledger.watched(observer), avoided);
    },
    next: (replica, nowNs, observer) => checked.next(replica, nowNs, ledger.watched(observer)),
    finish: (pass, nowNs, observer) => checked.finish(pass, nowNs, ledger.watched(observer)),
  });
}

/** Requests in flight, and the gaps between their tokens. */
class Ledger {
  readonly #outputTokens: ArrayLike<number>;
  readonly #asked: Asked;
  /** Whether a token is out, by request that is in. */
  readonly #isOut = new Map<number, boolean>();
  /** Gaps that there may be, and that there were. */
  #most = 0;
  #gaps = 0;
  #of: SchedulerObserver | undefined;
  #watched: SchedulerObserver | undefined;

  constructor(outputTokens: ArrayLike<number>, asked: Asked) {
    this.#outputTokens = outputTokens;
    this.#asked = asked;
  }

  arrived(request: number): void {
    this.#isOut.set(request, false);
    this.#most += this.#outputTokens[request]! - 1;
  }

  /** `observer`, which hears nothing that cannot be. */
  watched(observer: SchedulerObserver): SchedulerObserver {
    if (this.#of === observer) return this.#watched!;
    this.#of = observer;
    this.#watched = overlaid(observer, {
      firstToken: (request, batch, nowNs) => {
        if (this.#isIn(request, "has a token")) this.#refuse(`request ${request} has a first token twice`);
        this.#isOut.set(request, true);
        observer.firstToken(request, batch, nowNs);
      },
      startedOver: (request, nowNs) => {
        this.#isOut.set(request, false);
        this.#most += this.#outputTokens[request]! - 1;
        observer.startedOver(request, nowNs);
      },
      finished: (request, batch, nowNs) => {
        if (!this.#isIn(request, "is finished")) this.#refuse(`request ${request} is finished without a token`);
        this.#isOut.delete(request);
        observer.finished(request, batch, nowNs);
      },
      rejected: (request, nowNs) => {
        this.#isIn(request, "is rejected");
        this.#isOut.delete(request);
        observer.rejected(request, nowNs);
      },
      gaps: (lengthNs, count) => {
        this.#gaps += count;
        if (this.#gaps > this.#most)
          this.#refuse(`${this.#gaps} tokens after first ones are out; wanted at most ${this.#most}, as many as were asked for`);
        observer.gaps(lengthNs, count);
      },
    });
    return this.#watched;
  }

  #isIn(request: number, what: string): boolean {
    const isOut = this.#isOut.get(request);
    if (isOut === undefined) this.#refuse(`request ${request} ${what}, and is not in`);
    return isOut as boolean;
  }

  #refuse(what: string): never {
    throw new PluginFault(this.#asked.plugin, this.#asked.door, what);
  }
}
