// What ical.js (Thunderbird, Nextcloud) makes of calendars: reads a JSON list of texts, prints a list of lists of
// [uid, starts, ends, status, summary] in UTC, each occurrence of each event. Alone with the VTIMEZONE of each text.
const path = require("path");
const ICAL = require(path.join(__dirname, "../../node_modules/ical.js/dist/ical.es5.cjs"));

const MOST = 2000;

const instances = (text) => {
  const root = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of root.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const found = [];
  const put = (item, start, end) =>
    found.push([
      item.uid,
      start.toJSDate().toISOString(),
      end.toJSDate().toISOString(),
      item.component.getFirstPropertyValue("status"),
      item.summary,
    ]);
  const events = root.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
  const masters = new Set(events.filter((one) => !one.isRecurrenceException()).map((one) => one.uid));
  for (const event of events) {
    if (event.isRecurrenceException()) {
      if (masters.has(event.uid)) continue;
      put(event, event.startDate, event.endDate);
    } else if (!event.isRecurring()) {
      put(event, event.startDate, event.endDate);
    } else {
      for (const other of events) if (other.isRecurrenceException() && other.uid === event.uid) event.relateException(other);
      const each = event.iterator();
      for (let next = each.next(), n = 0; next && n < MOST; next = each.next(), n += 1) {
        const told = event.getOccurrenceDetails(next);
        put(told.item, told.startDate, told.endDate);
      }
    }
  }
  return found;
};

const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(given.map(instances)));
