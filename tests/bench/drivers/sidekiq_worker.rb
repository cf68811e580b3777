# What a Sidekiq process of the comparison loads.
require "sidekiq"

Sidekiq.configure_server { |config| config.redis = { path: ENV.fetch("REDIS_SOCKET") } }
Sidekiq.configure_client { |config| config.redis = { path: ENV.fetch("REDIS_SOCKET") } }
Sidekiq.logger.level = Logger::ERROR

class Noop
  include Sidekiq::Worker
  sidekiq_options queue: "bench", retry: 3

  def perform(_text); end
end

# Sidekiq keeps no results: a task whose end somebody waits for says so by itself.
class Told
  include Sidekiq::Worker
  sidekiq_options queue: "bench", retry: 3

  def perform(_text)
    Sidekiq.redis { |server| server.publish("told", jid) }
  end
end
