// The common work on BullMQ: several processes, each with several jobs at a time; completed jobs are kept.
'use strict';
const { fork } = require('node:child_process');
const { once } = require('node:events');
const { performance } = require('node:perf_hooks');
const Redis = require('ioredis');
const { Queue, QueueEvents, Worker } = require('bullmq');

const number = (name) => Number(process.env[name]);
const tasks = number('TASKS'), latencyTasks = number('LATENCY_TASKS'), workers = number('WORKERS');
const producers = number('PRODUCERS'), batch = number('BATCH');
const concurrency = Number(process.env.BULLMQ_CONCURRENCY || 16);
const connection = { path: process.env.REDIS_SOCKET, maxRetriesPerRequest: null };
const data = { text: 'x'.repeat(number('PAYLOAD')) };
const warmTasks = 200 * workers;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function runWorker() {
  const worker = new Worker('bench', async () => null, { connection, concurrency });
  await worker.waitUntilReady();
  process.send('ready');
}

async function runProducer(share) {
  const queue = new Queue('bench', { connection });
  await queue.waitUntilReady();
  process.send('ready');
  await once(process, 'message');
  for (let left = share; left > 0; left -= batch)
    await queue.addBulk(Array.from({ length: Math.min(left, batch) }, () => ({ name: 'noop', data })));
  await queue.close();
  process.exit(0);
}

async function start(role, argument) {
  const child = fork(__filename, [role, String(argument)]);
  await once(child, 'message');
  return child;
}

async function enqueue() {
  const shares = Array.from({ length: producers }, (_, i) =>
    Math.floor(tasks * (i + 1) / producers) - Math.floor(tasks * i / producers));
  const children = await Promise.all(shares.map((share) => start('producer', share)));
  const ends = children.map((child) => once(child, 'exit'));
  const begin = performance.now();
  children.forEach((child) => child.send('go'));
  for (const end of ends)
    if ((await end)[0] !== 0) throw new Error('a producer failed');
  return tasks / (performance.now() - begin) * 1000;
}

async function waitForCompleted(queue, count) {
  while (await queue.getCompletedCount() < count) await pause(5);
}

async function latencies(queue) {
  const events = new QueueEvents('bench', { connection });
  await events.waitUntilReady();
  const milliseconds = [];
  for (let i = 0; i < latencyTasks; ++i) {
    const begin = performance.now();
    const job = await queue.add('noop', data);
    await job.waitUntilFinished(events);
    milliseconds.push(performance.now() - begin);
  }
  await events.close();
  return milliseconds.sort((a, b) => a - b);
}

async function main() {
  const queue = new Queue('bench', { connection });
  await queue.waitUntilReady();
  const children = await Promise.all(Array.from({ length: workers }, () => start('worker', 0)));
  try {
    await queue.addBulk(Array.from({ length: warmTasks }, () => ({ name: 'noop', data })));
    await waitForCompleted(queue, warmTasks);
    await queue.pause();
    const enqueued = await enqueue();
    const begin = performance.now();
    await queue.resume();
    await waitForCompleted(queue, warmTasks + tasks);
    const processed = tasks / (performance.now() - begin) * 1000;
    const single = await latencies(queue);
    const completed = await queue.getCompletedCount();
    if (completed !== warmTasks + tasks + latencyTasks) throw new Error(`${completed} jobs are completed`);
    const rank = (percent) => Number(single[Math.max(0, Math.ceil(single.length * percent / 100) - 1)].toFixed(3));
    const redis = new Redis(connection);
    const server = await redis.info('server');
    redis.disconnect();
    console.log(JSON.stringify({
      n: tasks, workers, enqueue_per_s: Math.round(enqueued), process_per_s: Math.round(processed),
      e2e_p50_ms: rank(50), e2e_p99_ms: rank(99),
      durability: `redis ${/redis_version:(\S+)/.exec(server)[1]}, appendfsync always`,
      version: `bullmq ${require('bullmq/package.json').version}, ${concurrency} jobs a process`,
    }));
  } finally {
    children.forEach((child) => child.kill());
  }
  await queue.close();
}

const roles = { worker: runWorker, producer: () => runProducer(Number(process.argv[3])) };
(roles[process.argv[2]] || main)().catch((error) => {
  console.error(error);
  process.exit(1);
});
