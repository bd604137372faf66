import type { SchedulerObserver } from "../requests/request-observer.ts";

/** A cache that is lost. */
interface Loss {
  /** Tokens of a copy behind which it is computed again. */
  past: number;
  /** Whether the copy is asked for. */
  isLoaded: boolean;
  /** Whether the pass of the moment computes it again. */
  isComputed: boolean;
}

/** Members of a micro-batch whose caches are lost: its next pass computes them again, from the start or behind a copy. */
export class LostCaches {
  readonly #losses = new Map<number, Loss>();
  /** Tokens of copies behind which the pass that ended last computed members again. */
  #restored: ReadonlyMap<number, number> = new Map();
  #readyNs = 0;

  get isAny(): boolean {
    return this.#losses.size > 0;
  }

  has(request: number): boolean {
    return this.#losses.has(request);
  }

  /** Whether `request` is lost, and no pass computes it. */
  waits(request: number): boolean {
    return this.#losses.get(request)?.isComputed === false;
  }

  /** Tokens of `request` that are there when it is computed again. */
  pastOf(request: number): number {
    return this.#losses.get(request)!.past;
  }

  add(request: number): void {
    this.#losses.set(request, { past: 0, isLoaded: false, isComputed: false });
  }

  delete(request: number): void {
    this.#losses.delete(request);
  }

  restore(request: number, tokens: number): void {
    this.#losses.get(request)!.past = tokens;
  }

  /** Tokens of `request`, `tokens` of which were cached before the last pass, that were there before that: fewer if the pass computed it again. */
  settledOf(request: number, tokens: number): number {
    return this.#losses.has(request) ? 0 : (this.#restored.get(request) ?? tokens);
  }

  /** Asks for the copies of those that wait. Returns when all are there. */
  load(replica: number, nowNs: number, observer: SchedulerObserver): number {
    for (const [request, loss] of this.#losses) {
      if (loss.isLoaded || loss.past === 0) continue;
      loss.isLoaded = true;
      const readyNs = observer.restores!(request, loss.past, nowNs);
      if (readyNs > nowNs) observer.loading(request, replica, readyNs);
      this.#readyNs = Math.max(this.#readyNs, readyNs);
    }
    return this.#readyNs;
  }

  /** A pass computes all of them from now on. Returns those that waited. */
  begin(): number[] {
    const begun: number[] = [];
    for (const [request, loss] of this.#losses) {
      if (!loss.isComputed) begun.push(request);
      loss.isComputed = true;
    }
    return begun;
  }

  /** A pass has ended that computed all of them. */
  end(): void {
    if (this.#losses.size > 0) this.#restored = new Map([...this.#losses].map(([request, { past }]) => [request, past]));
    else if (this.#restored.size > 0) this.#restored = new Map();
    this.#losses.clear();
  }

  clear(): void {
    this.#losses.clear();
  }
}
