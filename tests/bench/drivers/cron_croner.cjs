// Next instants by croner.
// `rates`: one JSON line for each of $EXPRESSIONS in each of $ZONES. `next EXPRESSION ZONE FROM COUNT`: the instants.
'use strict';
const { performance } = require('node:perf_hooks');
const { Cron } = require('croner');

const span = 36525 * 86400 * 1000; // the instants begin anew after a hundred years, as ours do
const cronOf = (expression, timezone) => new Cron(expression, { timezone, paused: true });

function rate(expression, zone) {
  const seconds = Number(process.env.BENCH_SECONDS), from = new Date(process.env.BENCH_FROM);
  const cron = cronOf(expression, zone);
  let at = from, count = 0, used = 0;
  const begin = performance.now();
  while (used < seconds) {
    for (let i = 0; i < 100; ++i) at = cron.nextRun(at - from < span ? at : from);
    count += 100;
    used = (performance.now() - begin) / 1000;
  }
  return { expression, zone, n: count, next_per_s: Math.round(count / used) };
}

function rates() {
  rate(process.env.EXPRESSIONS.split('\n')[0], 'America/New_York'); // the compiler has seen it before the first counts
  for (const zone of process.env.ZONES.split('\n'))
    for (const expression of process.env.EXPRESSIONS.split('\n')) console.log(JSON.stringify(rate(expression, zone)));
}

function following(expression, zone, from, count) {
  const cron = cronOf(expression, zone);
  let at = new Date(from);
  for (let i = 0; i < Number(count); ++i) {
    at = cron.nextRun(at);
    console.log(at.toISOString().replace('.000Z', 'Z'));
  }
}

({ rates, next: following })[process.argv[2]](...process.argv.slice(3));
