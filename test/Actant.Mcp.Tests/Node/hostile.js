// A server that speaks the protocol by hand, so that it can do what no library lets it: its first argument says what.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const mode = process.argv[2] ?? '';
const object = { type: 'object' };
let tools = [{ name: 'go', description: 'Does what the mode says.', inputSchema: object }];
if (mode === 'many') {
  tools = Array.from({ length: 500 }, (_, i) => ({ name: `tool.${i}`, description: `Number ${i}.`, inputSchema: object }));
} else if (mode === 'bad') {
  tools = [
    { name: 'large', inputSchema: { type: 'object', description: 'x'.repeat(70000) } },
    { name: 'list', inputSchema: { type: 'array' } },
    { name: 'wrong', inputSchema: { type: 'object', properties: { a: { type: 7 } } } },
    { name: '', inputSchema: object },
    { name: 'good', description: 'y'.repeat(20000), inputSchema: object },
  ];
} else if (mode === 'deep') {
  let deep = object;
  for (let i = 0; i < 100; i++) deep = { type: 'object', properties: { inner: deep } };
  tools = [{ name: 'deep', inputSchema: deep }];
} else if (mode === 'hints') {
  tools = [
    { name: 'reads', inputSchema: object, annotations: { readOnlyHint: true, destructiveHint: false } },
    { name: 'destroys', inputSchema: object, annotations: { destructiveHint: true } },
    { name: 'silent', inputSchema: object },
  ];
} else if (mode === 'endless') {
  tools = null;
}

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (id, value) => say({ id, result: { content: [{ type: 'text', text: value }] } });

function call(id, name) {
  if (!tools.some((tool) => tool.name === name)) {
    say({ id, error: { code: -32602, message: `Unknown tool: ${name}` } });
  } else if (mode === 'line') {
    const more = () => process.stdout.write('z'.repeat(65536), more);
    more();
  } else if (mode === 'die') {
    console.error('about to die');
    process.exit(3);
  } else if (mode === 'hog') {
    const all = [];
    for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));
  } else if (mode === 'spawn') {
    text(id, String(spawn('sleep', ['1000'], { stdio: 'ignore' }).pid));
  } else if (mode === 'environment') {
    text(id, JSON.stringify(process.env));
  } else if (mode === 'pid') {
    text(id, String(process.pid));
  } else if (mode === 'change') {
    text(id, `did ${name}`);
    tools = [{ name: 'went', inputSchema: object }];
    say({ method: 'notifications/tools/list_changed' });
  } else if (mode === 'fails') {
    say({ id, result: { isError: true, content: [{ type: 'text', text: 'No such town.' }] } });
  } else if (mode !== 'hang') {
    text(id, 'done');
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) {
    if (method === 'notifications/initialized' && mode === 'chatter') {
      const more = () => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'z'.repeat(1000) } })}\n`, more);
      more();
    }
  } else if (method === 'initialize') {
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: { listChanged: true } }, serverInfo: { name: 'hostile', version: '1' } } });
  } else if (method === 'tools/list') {
    const from = Number(params?.cursor ?? 0);
    if (tools === null) {
      say({ id, result: { tools: [{ name: `t${from}`, inputSchema: object }], nextCursor: String(from + 1) } });
    } else {
      say({ id, result: { tools: tools.slice(from, from + 100), ...(from + 100 < tools.length ? { nextCursor: String(from + 100) } : {}) } });
    }
  } else if (method === 'tools/call') {
    call(id, params.name);
  } else {
    say({ id, error: { code: -32601, message: 'Method not found' } });
  }
});
