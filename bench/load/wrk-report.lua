-- Prints what load.ts calls a Load, on one line.
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.1f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), failed
  ))
end
