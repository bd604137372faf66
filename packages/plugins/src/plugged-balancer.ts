import type { BalancerSpec, StatedPolicy } from "@tokenyard/scenario";
import { type Balancer, type BalancerOver, createBalancer } from "@tokenyard/serving";
import type { BalancedPlaces, BalancedRequest, ChoosingBalancer } from "./doors.ts";
import { answered, guarded } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** A balancer of a plug-in, whose choices are checked: each is a place that is there, and an open one if any is open. */
export function pluggedBalancer(
  asked: Pick<StatedPolicy, "kind" | "plugin" | "door">,
  standIn: BalancerSpec | undefined,
  create: (places: BalancedPlaces) => ChoosingBalancer,
): BalancerOver {
  return (count, stream, slots) => {
    const inner: Balancer[] = [];
    const builtIn = () => {
      const made = createBalancer(standIn ?? { kind: "round-robin" }, count, { stream: () => stream }, "");
      inner.push(made);
      return choosing(made);
    };
    const open = new Uint8Array(count).fill(1);
    const isOpen = (place: number) => open[place] === 1;
    const own = guarded(
      answered(asked, () => create({ count, isOpen, stream, builtIn })),
      asked,
      {},
    );
    const request = { slot: 0, promptTokens: 0, outputTokens: 0 };
    const asRequest = (slot: number, promptTokens: number, outputTokens: number): BalancedRequest =>
      Object.assign(request, { slot, promptTokens, outputTokens });
    return {
      kind: asked.kind,
      choose(slot) {
        const place = own.choose(asRequest(slot, slots.promptTokens[slot]!, slots.outputTokens[slot]!));
        if (!Number.isInteger(place) || place < 0 || place >= count)
          throw new PluginFault(asked.plugin, asked.door, `it chose place ${String(place)}; wanted 0 to ${count - 1}`);
        if (!isOpen(place) && open.includes(1)) throw new PluginFault(asked.plugin, asked.door, `it chose place ${place}, which is closed`);
        return place;
      },
      joined: (place, ...of) => own.joined?.(place, asRequest(...of)),
      left: (place, ...of) => own.left?.(place, asRequest(...of)),
      open: (place, is) => {
        open[place] = is ? 1 : 0;
        for (const each of inner) each.open(place, is);
      },
    } satisfies Balancer;
  };
}

/** A balancer of ours, as one of a plug-in is asked. */
function choosing(inner: Balancer): Required<ChoosingBalancer> {
  return {
    choose: ({ slot }) => inner.choose(slot),
    joined: (place, { slot, promptTokens, outputTokens }) => inner.joined(place, slot, promptTokens, outputTokens),
    left: (place, { slot, promptTokens, outputTokens }) => inner.left(place, slot, promptTokens, outputTokens),
  };
}
