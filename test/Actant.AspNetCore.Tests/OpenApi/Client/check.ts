// A program that uses the client that is generated from the document, with its types, against a server. It says "understood" at the end.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[]; exitCode?: number };

const client = createClient<paths>({ baseUrl: process.argv[2] });

async function main(): Promise<void> {
  const made = await client.POST("/api/v1/agents", {
    body: { name: "greeter", model: { provider: "scripted", model_name: "greeter", options: { default: "Hello." } } },
  });
  const agent: components["schemas"]["Agent"] = have(made.data, made.error);
  equal(agent.version, 1);

  const list = await client.GET("/api/v1/agents", { params: { query: { name: "greet", limit: 10 } } });
  equal(have(list.data, list.error).agents[0]?.id, agent.id);

  const answer = await client.POST("/api/v1/agents/{name}/execute", {
    params: { path: { name: "greeter" }, header: { "Idempotency-Key": "once" } },
    body: { input: "Hi", thread_id: "talk", labels: { team: "docs" } },
  });
  const executed = have(answer.data, answer.error);
  const history: components["schemas"]["Message"][] = executed.output.conversation_history;
  equal(executed.output.response, "Hello.");
  equal(executed.state, "completed");
  equal(history.map((message) => message.role).join(), "user,assistant");

  // Any object is an input.
  const withState = await client.POST("/api/v1/agents/{name}/execute", {
    params: { path: { name: "greeter" } },
    body: { input: { topic: "bees", nested: { deep: [1, null] } } },
  });
  equal(have(withState.data, withState.error).output.response, "Hello.");

  const test = await client.POST("/api/v1/agents/{name}/test", { params: { path: { name: "greeter" } }, body: { input: "Hi" } });
  equal(have(test.data, test.error).success, true);

  const accepted = await client.POST("/api/v1/executions", {
    body: {
      definition: {
        name: "asks",
        nodes: [
          { name: "ask", type: "human", prompt: "Go on?", response_schema: { type: "boolean" } },
          { name: "say", type: "prompt", template: "{{ state.ask }}" },
        ],
        edges: [{ from: "ask", to: "say" }],
      },
      input: "go",
    },
  });
  const id = have(accepted.data, accepted.error).execution_id;
  const asked = await until(id, "interrupted");
  equal(asked.interrupts?.length, 1);
  const resumed = await client.POST("/api/v1/executions/{id}/resume", { params: { path: { id } }, body: { answer: true } });
  have(resumed.data, resumed.error);
  const ended = await until(id, "completed");
  equal(ended.response, "true");

  const history2 = await client.GET("/api/v1/threads/{id}/history", { params: { path: { id: "talk" }, query: { limit: 100 } } });
  equal(have(history2.data, history2.error).entries.some((entry) => entry.kind === "input_received"), true);

  const used = await client.GET("/api/v1/usage", { params: { query: { group_by: "agent" } } });
  const report = have(used.data, used.error);
  equal("rows" in report ? report.group_by[0] : undefined, "agent");

  // What is refused is a problem with a code, whatever operation was asked.
  const refused = await client.GET("/api/v1/executions/{id}", { params: { path: { id: "00000000-0000-0000-0000-000000000000" } } });
  equal(refused.data, undefined);
  equal(refused.error?.code, "execution_not_found");
  const wrong = await client.POST("/api/v1/agents/{name}/execute", { params: { path: { name: "nobody" } }, body: { input: "x" } });
  equal(wrong.error?.status, 404);

  const gone = await client.DELETE("/api/v1/agents/{name}", { params: { path: { name: "greeter" } } });
  equal(gone.response.status, 204);
  console.log("understood");
}

async function until(id: string, status: components["schemas"]["Status"]): Promise<components["schemas"]["Execution"]> {
  for (let tries = 0; tries < 400; tries++) {
    const { data, error } = await client.GET("/api/v1/executions/{id}", { params: { path: { id } } });
    const execution = have(data, error);
    if (execution.status === status) {
      return execution;
    }

    await new Promise((resolve) => setTimeout(resolve, 25));
  }

  throw new Error(`${id} did not become ${status}`);
}

function have<T>(data: T | undefined, error: components["schemas"]["Problem"] | undefined): T {
  if (data === undefined) {
    throw new Error(JSON.stringify(error));
  }

  return data;
}

function equal<T>(actual: T, expected: T): void {
  if (actual !== expected) {
    throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
