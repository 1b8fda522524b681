-- Counts one request in all its scopes, or in none.
--
-- KEYS: a list of the times (microseconds) of accepted hits for each scope, oldest first.
-- ARGV: for each key the number of its rates, then hits and period (microseconds) of each rate.
-- Answers {0, time under which all were counted}, or {first scope that is full, microseconds until it has room}.
--
-- The time is this server's own: gateways whose clocks differ count in one window all the same.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local longest, at = {}, 1
for i, key in ipairs(KEYS) do
  longest[i] = 0
  local last = at + 2 * ARGV[at]
  while at < last do
    local hits, period = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    -- The hits-th newest has to leave the window.
    local oldest = redis.call('LINDEX', key, -hits)
    if oldest and oldest + period > now then
      return { i, oldest + period - now }
    end
    longest[i] = math.max(longest[i], period)
    at = at + 2
  end
  at = last + 1
end
local stamp = string.format('%.0f', now)
for i, key in ipairs(KEYS) do
  redis.call('RPUSH', key, stamp)
  -- Two out for one in: the list holds what still counts, and no call has much to do.
  for _ = 1, 2 do
    if redis.call('LINDEX', key, 0) + longest[i] > now then break end
    redis.call('LPOP', key)
  end
  redis.call('PEXPIRE', key, math.ceil(longest[i] / 1000))
end
return { 0, now }
