// neighbour.mjs <url> <queue> <samples>: an orchestrator as its document describes it. It sends each sample of the list with a queue of its own for the
// answer, waits there, and prints what comes, one line each. It knows nothing of whoever answers.
import { createClient } from "redis";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const [url, queue, samples] = process.argv.slice(2);
const client = createClient({ url });
await client.connect();
for (const file of samples.split(",")) {
  const action = JSON.parse(readFileSync(file, "utf8"));
  action.correlation_id = randomUUID();
  action.callback_queue_name = `agent_orchestrator:response:${action.correlation_id}`;
  await client.rPush(queue, JSON.stringify(action));
  const answer = await client.blPop(action.callback_queue_name, 60);
  if (answer === null) {
    console.error(`no answer to ${file}`);
    process.exit(1);
  }

  const body = JSON.parse(answer.element);
  if (body.correlation_id !== action.correlation_id) {
    console.error(`an answer to something else: ${answer.element}`);
    process.exit(1);
  }

  console.log(JSON.stringify(body));
}

await client.close();
