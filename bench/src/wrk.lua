-- Sends the requests of a file in random order, and tells the outcome as one line of JSON.

local requests, fresh = {}, {}
local sent, begun = 0, 0

function init(args)
   local file = io.open(args[1], "rb")
   local text = file:read("*a")
   file:close()
   for request in text:gmatch("[^%z]+") do
      local before, after = request:match("^(.-)@@@@@@@@@@@@@@@@(.*)$")
      requests[#requests + 1] = before or request
      fresh[#requests] = after
   end
   begun = os.time()
   math.randomseed(begun + os.clock() * 1e6)
end

function request()
   local n = math.random(#requests)
   if fresh[n] then
      sent = sent + 1
      return requests[n] .. string.format("%010d%06d", begun, sent) .. fresh[n]
   end
   return requests[n]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"socket_errors":%d,"status_errors":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
