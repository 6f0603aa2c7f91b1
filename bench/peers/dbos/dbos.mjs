// DBOS Transact: a workflow of three durable steps (model, calculator, model), called directly, then through a queue.
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { closedLoop, isQuick, machineMs, row, summary, text } from '../loop.mjs';

const model = async messages => messages.length > 1
  ? { role: 'ai', content: text }
  : { role: 'ai', content: '', tool_calls: [{ id: 'call_1', name: 'calculator', args: { a: 19, b: 23 } }] };
const calculator = async ({ a, b }) => ({ role: 'tool', content: String(a + b) });

const agent = DBOS.registerWorkflow(async input => {
  const messages = [{ role: 'human', content: input }];
  const asked = await DBOS.runStep(() => model(messages), { name: 'model' });
  messages.push(asked, await DBOS.runStep(() => calculator(asked.tool_calls[0].args), { name: 'calculator' }));
  messages.push(await DBOS.runStep(() => model(messages), { name: 'model' }));
  return messages;
}, { name: 'agent' });

const url = process.env.PEER_POSTGRES;
DBOS.setConfig({ name: 'peer', systemDatabaseUrl: url, systemDatabasePoolSize: 20, logLevel: 'error' });
await DBOS.launch();
const watcher = new pg.Client(url);
await watcher.connect();

for (const callers of isQuick ? [16] : [1, 64]) await closedLoop('DBOS Transact, workflow of 3 steps', callers, () => agent(text), watcher);

// Put in while nobody takes, then worked off. Polled ten times as often as by default, which is a little faster.
const done = async () => Number((await watcher.query(`SELECT count(*) AS n FROM dbos.workflow_status WHERE status = 'SUCCESS'`)).rows[0].n);
const queued = isQuick ? 200 : 2000, rates = [], rounds = isQuick ? 1 : 3;
let machine = 0;
for (let i = 0; i < rounds; i++) {
  const name = `queue${i}`, before = await done();
  await Promise.all(Array.from({ length: queued }, () => DBOS.startWorkflow(agent, { queueName: name })(text)));
  const started = performance.now(), used = machineMs();
  await DBOS.registerQueue(name, { minPollingIntervalMs: 100 });
  while (await done() < before + queued) await new Promise(resolve => setTimeout(resolve, 20));
  rates.push(queued / ((performance.now() - started) / 1000));
  machine += (machineMs() - used) / queued / rounds;
}
row({ what: `DBOS Transact, drain of a queue of ${queued}`, atOnce: queued, ...summary(rates), machineMs: machine });
process.exit(0);
