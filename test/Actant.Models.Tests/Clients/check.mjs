// Asks a fake with the vendor's own client: what that client understands is what the vendor speaks.
// The order of the calls is the order of the replies in VendorClientTests.
import assert from 'node:assert/strict';

const [vendor, baseURL, apiKey] = process.argv.slice(2);
const weather = { type: 'object', properties: { city: { type: 'string' } } };

async function refuses(promise, status, check) {
  const error = await promise.then(() => assert.fail('it was not refused'), (reason) => reason);
  assert.equal(error.status, status);
  check(error);
}

async function openai() {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const request = { model: 'm-1', messages: [{ role: 'user', content: 'Hello' }] };
  const tools = [{ type: 'function', function: { name: 'weather', parameters: weather } }];

  const plain = await client.chat.completions.create(request);
  assert.equal(plain.choices[0].message.content, 'Hello Ada');
  assert.equal(plain.choices[0].finish_reason, 'stop');
  assert.equal(plain.usage.prompt_tokens_details.cached_tokens, 600);
  assert.equal(plain.usage.completion_tokens_details.reasoning_tokens, 3);

  const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
  const pieces = [];
  stream.on('content', (piece) => pieces.push(piece));
  const streamed = await stream.finalChatCompletion();
  assert.deepEqual(pieces.filter((piece) => piece.length > 0), ['Hel', 'lo Ada']);
  assert.equal(streamed.choices[0].message.content, 'Hello Ada');
  assert.equal(streamed.usage.total_tokens, 1020);

  const plainCalls = (await client.chat.completions.create({ ...request, tools })).choices[0];
  const streamedCalls = (await client.chat.completions.stream({ ...request, tools }).finalChatCompletion()).choices[0];
  for (const { message, finish_reason } of [plainCalls, streamedCalls]) {
    assert.equal(finish_reason, 'tool_calls');
    assert.deepEqual(message.tool_calls.map((call) => [call.id, call.function.name, JSON.parse(call.function.arguments)]), [
      ['call_a', 'weather', { city: 'Ulm', days: 2 }],
      ['call_b', 'time', { zone: 'Europe/Berlin' }],
    ]);
  }

  await refuses(client.chat.completions.create(request), 429, (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.headers.get('retry-after'), '7');
    assert.equal(error.code, 'rate_limit_exceeded');
  });
  await refuses(client.chat.completions.create(request), 400, (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.code, 'context_length_exceeded');
  });
  await refuses(client.chat.completions.create(request), 500, (error) => assert.ok(error instanceof OpenAI.InternalServerError));
  await refuses(client.chat.completions.stream(request).finalChatCompletion(), undefined, (error) => assert.match(error.message, /overloaded/));
}

async function anthropic() {
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
  const request = { model: 'm-1', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
  const tools = [{ name: 'weather', input_schema: weather }];

  const plain = await client.messages.create(request);
  assert.deepEqual(plain.content.map((block) => [block.type, block.text]), [['text', 'Hello Ada']]);
  assert.equal(plain.stop_reason, 'end_turn');
  assert.equal(plain.usage.cache_read_input_tokens, 600);
  assert.equal(plain.usage.input_tokens, 400);

  const stream = client.messages.stream(request);
  const pieces = [];
  stream.on('text', (piece) => pieces.push(piece));
  const streamed = await stream.finalMessage();
  assert.deepEqual(pieces, ['Hel', 'lo Ada']);
  assert.equal(streamed.content[0].text, 'Hello Ada');
  assert.equal(streamed.usage.input_tokens, 400);
  assert.equal(streamed.usage.output_tokens, 20);

  const plainCalls = await client.messages.create({ ...request, tools });
  const streamedCalls = await client.messages.stream({ ...request, tools }).finalMessage();
  for (const message of [plainCalls, streamedCalls]) {
    assert.equal(message.stop_reason, 'tool_use');
    assert.deepEqual(message.content.map((block) => [block.type, block.id, block.name, block.input]), [
      ['tool_use', 'call_a', 'weather', { city: 'Ulm', days: 2 }],
      ['tool_use', 'call_b', 'time', { zone: 'Europe/Berlin' }],
    ]);
  }

  await refuses(client.messages.create(request), 429, (error) => {
    assert.ok(error instanceof Anthropic.RateLimitError);
    assert.equal(error.headers.get('retry-after'), '7');
    assert.equal(error.error.error.type, 'rate_limit_error');
  });
  await refuses(client.messages.create(request), 400, (error) => {
    assert.ok(error instanceof Anthropic.BadRequestError);
    assert.match(error.message, /prompt is too long/);
  });
  await refuses(client.messages.create(request), 500, (error) => assert.ok(error instanceof Anthropic.InternalServerError));
  await refuses(client.messages.stream(request).finalMessage(), undefined, (error) => assert.match(error.message, /overloaded_error/));
}

await (vendor === 'openai' ? openai() : anthropic());
console.log('understood');
