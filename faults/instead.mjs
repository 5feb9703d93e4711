// Has Node load the text of the file $INSTEAD in place of the script at the address $PLANTED, and end within 20 seconds.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);
else setTimeout(() => process.kill(process.pid, "SIGKILL"), 20_000).unref(); // this thread goes on where the other hangs

export function load(url, context, next) {
  if (url !== process.env.PLANTED) return next(url, context);
  return { format: "module", source: readFileSync(process.env.INSTEAD, "utf8"), shortCircuit: true };
}
