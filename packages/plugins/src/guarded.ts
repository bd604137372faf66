import { PluginFault } from "./plugin-fault.ts";

/** Which policy of which plug-in is asked. */
export interface Asked {
  readonly plugin: string;
  readonly door: string;
}

/** What `ask` gives. What it throws is a fault of the plug-in. */
export function answered<T>({ plugin, door }: Asked, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw error instanceof PluginFault ? error : new PluginFault(plugin, door, messageOf(error), error);
  }
}

/**
 * `policy` with `ours` in place of its own properties, and with functions whose exceptions are faults of the plug-in; `checks` by the names of
 * functions look at what these gave. The proxy is of an object that inherits from the policy: of a frozen one itself it could not replace a function.
 */
export function guarded<P extends object, Ours extends object = object>(
  policy: P,
  asked: Asked,
  ours: Ours,
  checks: Checks<P> = {},
): P & Ours {
  const wrapped = new Map<unknown, unknown>();
  return new Proxy(Object.create(policy) as P & Ours, {
    get(_, key) {
      if (Object.hasOwn(ours, key)) return Reflect.get(ours, key);
      const value = Reflect.get(policy, key) as unknown;
      if (typeof value !== "function") return value;
      const known = wrapped.get(value);
      if (known !== undefined) return known;
      const check = checks[key as keyof P];
      const call = (...given: unknown[]) => {
        const answer = answered(asked, () => value.apply(policy, given) as unknown);
        const problem = check?.(answer as never, ...given);
        if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, problem);
        return answer;
      };
      wrapped.set(value, call);
      return call;
    },
  });
}

/** `inner` with `own` in place of what it has by these names. */
export function overlaid<P extends object>(inner: P, own: Partial<P>): P {
  const bound = new Map<unknown, unknown>();
  return new Proxy(Object.create(inner) as P, {
    get(_, key) {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const value = Reflect.get(inner, key) as unknown;
      if (typeof value !== "function") return value;
      const known = bound.get(value) ?? value.bind(inner);
      bound.set(value, known);
      return known;
    },
  });
}

/** By the name of a function: what is wrong with its answer; undefined for nothing. */
export type Checks<P> = { readonly [Key in keyof P]?: (answer: never, ...given: readonly unknown[]) => string | undefined };

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${String(error)}`;
}
