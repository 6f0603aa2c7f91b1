// Sends jobs as the official library does, in every mode: node send.mjs URL DEFINITION. Takes their results with the same library and prints one
// line for each: what was answered, then what came.
import { createServer } from "node:http";
import { CloudEvent, HTTP } from "cloudevents";

const [url, port, definition] = process.argv.slice(2);
const expected = new Set(["structured", "binary", "first", "second"]);
const results = [];
let listen;
const listening = new Promise((resolve) => (listen = resolve));
const done = new Promise((resolve) => {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const event = HTTP.toEvent({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      event.validate();
      results.push(`${event.subject} ${event.type} ${event.source} ${event.data.job_id} ${event.data.result} ${event.traceparent ?? "-"}`);
      response.writeHead(204).end();
      expected.delete(event.subject);
      if (expected.size === 0) {
        server.close();
        resolve();
      }
    });
  });
  server.listen(Number(port), "127.0.0.1", listen);
});

function job(id) {
  return new CloudEvent({
    type: "dev.my-platform.agent.execute",
    source: "https://sender.example.com/jobs?x=1",
    id,
    datacontenttype: "application/json",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    data: { job_id: id, agent_definition: JSON.parse(definition), input: { messages: [{ role: "user", content: "Hello!" }] } },
  });
}

async function post({ headers, body }) {
  const response = await fetch(url, { method: "POST", headers, body });
  console.log(`${response.status} ${(await response.text()).replaceAll("\n", " ")}`);
}

async function send() {
  await post(HTTP.structured(job("structured")));
  await post(HTTP.binary(job("binary")));
  await post({
    headers: { "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify([job("first"), job("second")]),
  });
}

await listening;
await send();
await done;
for (const line of results.sort()) {
  console.log(line);
}
