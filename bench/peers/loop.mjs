// Callers that each send the next request when the last is answered, as Actant's own benchmark has them. Rows are lines of JSON.
import fs from 'node:fs';

const quick = process.env.PEER_QUICK === '1';
const [warmUp, seconds, repetitions] = quick ? [0.3, 0.5, 1] : [12, 4, 3];
export const isQuick = quick;

const words = 'What is 19 plus 23, and why? ';
/** A text of 512 characters: the input and the answer together are 1 KiB. */
export const text = words.repeat(Math.ceil(512 / words.length)).slice(0, 512);

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
export const ascending = numbers => [...numbers].sort((a, b) => a - b);

/** CPU time of the whole machine so far in ms: all but idle, waiting for disks, and stolen. Nothing where the system does not tell. */
export function machineMs() {
  if (!fs.existsSync('/proc/stat')) return NaN;
  const ticks = fs.readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return [0, 1, 2, 5, 6].reduce((sum, index) => sum + ticks[index], 0) * 10;
}

async function repeat(operation, callers, length) {
  const latencies = [], started = performance.now();
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() - started < length * 1000) {
      const sent = performance.now();
      await operation();
      latencies.push(performance.now() - sent);
    }
  }));
  return { rate: latencies.length / ((performance.now() - started) / 1000), latencies };
}

/** Bytes of PostgreSQL's log and transactions of a database so far. */
export async function meter(client) {
  const { rows: [row] } = await client.query(
    `SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS wal, xact_commit::text AS commits FROM pg_stat_database WHERE datname = current_database()`);
  return { wal: Number(row.wal), commits: Number(row.commits) };
}

/** Measures and prints a row; `database` is a client whose server's log and commits are counted. */
export async function closedLoop(what, callers, operation, database) {
  let count = 0;
  const counted = async () => { await operation(); count++; };
  const before = await meter(database);
  await repeat(counted, callers, warmUp);
  const rates = [], latencies = [], busy = machineMs();
  for (let i = 0; i < repetitions; i++) {
    const round = await repeat(counted, callers, seconds);
    rates.push(round.rate);
    for (const latency of round.latencies) latencies.push(latency);
  }
  const machine = (machineMs() - busy) / latencies.length;
  // A connection reports its last commits when it has been idle for ten seconds.
  await new Promise(resolve => setTimeout(resolve, quick ? 0 : 10500));
  const after = await meter(database);
  row({
    what, atOnce: callers, ...summary(rates), p50: at(ascending(latencies), 0.5), p99: at(ascending(latencies), 0.99), machineMs: machine,
    commits: (after.commits - before.commits) / count, walKib: (after.wal - before.wal) / 1024 / count,
  });
}

export function summary(rates) {
  const sorted = ascending(rates);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

/** A figure that JSON has no word for is left out. */
export const row = values => console.log(JSON.stringify(values, (_, value) => Number.isNaN(value) ? undefined : value));
