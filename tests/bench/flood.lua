-- Log-ins with a wrong password, each as somebody else from elsewhere. Arguments: token, cookie, and
-- after how many milliseconds to try again who is told to come back.
local token, cookie, patience
local wait = 0
local threads = {}
compared = 0 -- passwords that were hashed, and did not match

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  token, cookie, patience = args[1], args[2], tonumber(args[3])
  math.randomseed(os.time())
end

function request()
  local r = math.random
  local address = string.format("%d.%d.%d.%d", r(1, 250), r(250), r(250), r(250))
  local body = string.format(
    "csrf_token=%s&email=%d%%40example.com&password=%d-a-wrong-one", token, r(1e9), r(1e9)
  )
  return wrk.format("POST", "/login", {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = cookie,
    ["X-Forwarded-For"] = address,
  }, body)
end

function response(status)
  if status == 422 then compared = compared + 1 end
  wait = (status == 503 or status == 429) and patience or 0
end

function delay()
  return wait
end

function done()
  io.write("compared ", threads[1]:get("compared"), "\n")
end
