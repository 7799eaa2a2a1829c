-- The last line that wrk prints: its figures as JSON, times in milliseconds.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"pages": %d, "pages_per_s": %.1f, "p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests,
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000,
    latency:percentile(95) / 1000,
    latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end

-- Who is told to come back waits so many milliseconds. Argument: how many.
local patience, wait = 0, 0

function init(args)
  patience = tonumber(args[1])
end

function response(status)
  wait = status == 503 and patience or 0
end

function delay()
  return wait
end
