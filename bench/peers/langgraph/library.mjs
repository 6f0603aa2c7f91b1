// LangGraph.js as a library in one process, on PostgreSQL, every step durable before the next.
import { HumanMessage } from '@langchain/core/messages';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { closedLoop, isQuick, text } from '../loop.mjs';
import { builder } from './agent.mjs';

const pool = new pg.Pool({ connectionString: process.env.PEER_POSTGRES, max: 20 });
const saver = new PostgresSaver(pool);
await saver.setup();
const graph = builder.compile({ checkpointer: saver });
const watcher = await pool.connect();
let threads = 0;

async function run() {
  const result = await graph.invoke(
    { messages: [new HumanMessage(text)] }, { configurable: { thread_id: `t${threads++}` }, durability: 'sync' });
  if (result.messages.length !== 4) throw new Error('not the conversation that was expected');
}

for (const callers of isQuick ? [16] : [1, 64]) await closedLoop('LangGraph.js + PostgresSaver, durability sync', callers, run, watcher);
watcher.release();
await pool.end();
