# The common work on Sidekiq: several processes of several threads.
require "json"
require_relative "sidekiq_worker"

TASKS, LATENCY_TASKS, PAYLOAD, WORKERS, PRODUCERS, BATCH =
  %w[TASKS LATENCY_TASKS PAYLOAD WORKERS PRODUCERS BATCH].map { |name| ENV.fetch(name).to_i }
THREADS = ENV.fetch("SIDEKIQ_THREADS", "5").to_i
TEXT = "x" * PAYLOAD

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

def push(count, queue)
  while count.positive?
    size = [count, BATCH].min
    Sidekiq::Client.push_bulk("class" => Noop, "queue" => queue, "args" => Array.new(size) { [TEXT] })
    count -= size
  end
end

# Into a queue that nobody reads.
def enqueue
  go_read, go_write = IO.pipe
  shares = Array.new(PRODUCERS) { |i| TASKS * (i + 1) / PRODUCERS - TASKS * i / PRODUCERS }
  producers = shares.map do |share|
    ready_read, ready_write = IO.pipe
    pid = fork do
      go_write.close
      Sidekiq.redis(&:ping)
      ready_write.write("r")
      go_read.read
      push(share, "staged")
      exit!(0)
    end
    ready_read.read(1)
    pid
  end
  begin_at = now
  go_write.close
  producers.each { |pid| abort("a producer failed") unless Process.wait2(pid)[1].success? }
  TASKS / (now - begin_at)
end

def wait_until_empty
  sleep(0.005) until Sidekiq.redis { |server| server.llen("queue:bench") }.zero?
end

# The staged queue becomes the one that the idle processes read. An empty list and four processes of which each has
# ended what it took: the tail behind the empty list is less than one task a thread.
def process
  begin_at = now
  Sidekiq.redis { |server| server.rename("queue:staged", "queue:bench") }
  wait_until_empty
  TASKS / (now - begin_at)
end

def latencies
  milliseconds = []
  listener = Redis.new(path: ENV.fetch("REDIS_SOCKET"))
  begin_at = nil
  left = LATENCY_TASKS
  listener.subscribe("told") do |on|
    on.subscribe do
      begin_at = now
      Told.perform_async(TEXT)
    end
    on.message do
      milliseconds << (now - begin_at) * 1000
      left -= 1
      if left.zero?
        listener.unsubscribe("told")
      else
        begin_at = now
        Told.perform_async(TEXT)
      end
    end
  end
  milliseconds.sort
end

def start_workers
  worker = File.expand_path("sidekiq_worker.rb", __dir__)
  Array.new(WORKERS) do
    Process.spawn("sidekiq", "-r", worker, "-q", "bench", "-c", THREADS.to_s, "-e", "production", out: :err)
  end
end

enqueued = enqueue
workers = start_workers
begin
  push(200 * WORKERS, "bench")
  sleep(0.1) until Sidekiq.redis { |server| server.scard("processes") } == WORKERS
  wait_until_empty
  processed = process
  single = latencies
ensure
  workers.each { |pid| Process.kill("TERM", pid) }
  workers.each { |pid| Process.wait(pid) }
end
done = Sidekiq.redis { |server| server.get("stat:processed") }.to_i
abort("#{done} tasks were processed") unless done == TASKS + LATENCY_TASKS + 200 * WORKERS
rank = ->(percent) { single[[(single.size * percent / 100.0).ceil - 1, 0].max] }
puts JSON.generate(
  n: TASKS, workers: WORKERS, enqueue_per_s: enqueued.round, process_per_s: processed.round,
  e2e_p50_ms: rank[50].round(3), e2e_p99_ms: rank[99].round(3),
  durability: "redis #{Sidekiq.redis(&:info)['redis_version']}, appendfsync always",
  version: "sidekiq #{Sidekiq::VERSION}, #{THREADS} threads a process"
)
