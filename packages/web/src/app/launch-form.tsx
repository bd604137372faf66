import { useRef } from "preact/hooks";
import { giveFiles } from "./given.ts";
import type { Session } from "./session.ts";

/** A launch line, a script or a manifest as text: it becomes a plan, and nothing of it is executed. */
export function LaunchForm({ session }: { readonly session: Session }) {
  const text = useRef<HTMLTextAreaElement>(null);
  return (
    <form
      class="launch"
      onSubmit={(event) => {
        event.preventDefault();
        giveFiles(session, [new File([text.current!.value], "launch.txt")]);
      }}
    >
      <label for="launch-text">A launch line of vLLM, SGLang or TensorRT-LLM, or a manifest</label>
      <textarea id="launch-text" ref={text} rows={2} placeholder="vllm serve openai/gpt-oss-120b -tp 2" required />
      <button type="submit">Make a plan of it</button>
    </form>
  );
}
