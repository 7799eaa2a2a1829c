// Times count from the server's clock: the page and every answer of ours carry its time, and what
// goes by since is counted by a clock that can't be set. This computer's own clock may be wrong.
const { now: sentAt, zone } = document.body.dataset;
const firstByte = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let server = { at: Date.parse(sentAt), seen: firstByte };
const serverNow = () => server.at + performance.now() - server.seen;
const keepTime = (at) => { server = { at, seen: performance.now() }; };

// Where a clock was set, or this computer slept, what has gone by is not known: the server is asked.
const apart = () => Date.now() - performance.now();
let usual = apart();
function checkClock() {
  if (Math.abs(apart() - usual) < 2000) return;
  usual = apart();
  if (ends) session().then(refreshTimes, () => {});
}

// Relative times, as in web/rendering/relative_times.py.
const MINUTE = 60, HOUR = 3600, DAY = 86400;
const dates = {};
function datesOf(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "numeric", day: "numeric" });
  } catch {
    return datesOf("UTC"); // this browser does not know the zone
  }
}
function dateIn(timeZone, at) {
  dates[timeZone] ??= datesOf(timeZone);
  const parts = Object.fromEntries(dates[timeZone].formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return { ...parts, days: Date.UTC(parts.year, parts.month - 1, parts.day) / DAY / 1000 };
}
function relativeUnit(then, now, timeZone) {
  const gone = Math.floor(Math.abs(now - then) / 1000);
  if (gone < MINUTE) return ["second", gone];
  if (gone < HOUR) return ["minute", Math.floor(gone / MINUTE)];
  const [from, to] = [Math.min(then, now), Math.max(then, now)].map((at) => dateIn(timeZone, at));
  const days = to.days - from.days;
  if (gone < DAY || days < 1) return ["hour", Math.floor(gone / HOUR)];
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day);
  if (days < 30 || months < 1) return ["day", days];
  return months < 12 ? ["month", months] : ["year", Math.floor(months / 12)];
}
function relativeTime(then, now, timeZone, language) {
  const [unit, count] = relativeUnit(then, now, timeZone);
  const named = unit === "second" ? count === 0 : unit === "day" && count === 1;
  const words = new Intl.RelativeTimeFormat(language, { numeric: named ? "auto" : "always" });
  return words.format(then > now ? count : -count, unit);
}
function refreshTimes() {
  for (const time of findAll("time[data-ago]")) {
    const text = relativeTime(Date.parse(time.dateTime), serverNow(), zone, root.lang);
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(() => {
  checkClock();
  refreshTimes();
}, 5000);

// The token's time.
function countDown() {
  const timer = find("[data-expires]");
  if (!timer) return;
  checkClock();
  const left = Math.ceil((Date.parse(timer.dataset.expires) - serverNow()) / 1000);
  const bar = find("[data-left]");
  if (bar) bar.value = Math.max(left, 0);
  if (left <= 0) {
    timer.textContent = timer.dataset.over;
    clearToken();
    return;
  }
  const pad = (number) => String(number).padStart(2, "0");
  timer.textContent = `${pad(Math.floor(left / 60))}:${pad(left % 60)}`;
  const spoken = find("[data-spoken]");
  if (spoken && left % 60 === 0) spoken.textContent = spoken.dataset.spoken.replace("{}", left / 60);
  setTimeout(countDown, 1000 - (serverNow() % 1000));
}

// Until someone without a time zone answers, we offer the browser's, unless times already use it.
// Etc/GMT+5 is no place.
const offer = find("#ask-zone");
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
if (offer && ownZone === document.body.dataset.zone) removeNode(offer);
else if (offer && /^(UTC$|(?!Etc\/).+\/)/.test(ownZone)) {
  const [question, form, other, later] = ["p", "form", "a", "form ~ button"].map((part) => find(part, offer));
  question.textContent = question.dataset.seems.replace("{zone}", ownZone);
  form.elements.time_zone.value = ownZone;
  form.hidden = later.hidden = false;
  other.textContent = other.dataset.other;
  later.addEventListener("click", () => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `zone=later; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
    removeNode(offer);
  });
}
