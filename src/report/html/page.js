// Joins the parts: whatever is chosen is shown in all of them.

const run = JSON.parse(document.getElementById("data").textContent);
const rows = new Rows(run);
const timeline = new Timeline(run, rows, select);
const details = new Details(run, rows, select);
const picture = new Picture(run, select);

/** The visit of a state that says most: one that failed, one that was caught, the first. */
function bestVisit(state) {
  const visits = details.visitsOf.get(state) ?? [];
  const ended = (fate) => visits.find((visit) => run.visits[visit].fate === fate);
  return ended("failed") ?? ended("caught") ?? visits[0];
}

function select({ visit, lane, state }) {
  if (state !== undefined) {
    visit = bestVisit(state);
    if (visit === undefined) {
      timeline.show(null);
      picture.show(state);
      details.showState(state);
      return;
    }
  }
  if (lane !== undefined) {
    timeline.show("l" + lane);
    picture.show(null);
    details.showLane(lane);
    return;
  }
  rows.reveal(visit);
  timeline.show("v" + visit);
  picture.show(run.visits[visit].state);
  details.showVisit(visit);
  try {
    // A link to this page leads to the same visit.
    history.replaceState(null, "", "#v" + visit);
  } catch {
    // Not where the page has no address of its own.
  }
}

function head() {
  document.getElementById("name").append(element("bdi", {}, visible(run.name)));
  const status = run.status.toLowerCase().replace("_", " ");
  const outcome = document.getElementById("outcome");
  outcome.append(element("span", { class: "fate " + run.status.toLowerCase() }, status), ` after ${span(run.duration)} of virtual time`);
  if (run.failure) outcome.append(": ", element("strong", {}, visible(run.failure.error ?? "(no error name)")));
  if (run.failure?.cause !== undefined) outcome.append(" ", element("span", { class: "soft cause-line" }, visible(run.failure.cause).slice(0, 300)));
  const facts = [run.machine_type, count(run.total_visits, "visit"), run.billed, count(run.events, "event"), `started ${run.started}`];
  document.getElementById("facts").append(...facts.map((fact) => element("li", {}, fact)));
  document.getElementById("notices").append(...run.notices.map((notice) => element("li", {}, notice)));
}

head();
const linked = /^#v(\d+)$/.exec(location.hash);
const failed = run.visits.findIndex((visit, number) => visit.fate === "failed" && !rows.inside.has(number));
if (linked && Number(linked[1]) < run.visits.length) select({ visit: Number(linked[1]) });
else if (failed >= 0) select({ visit: failed });
else if (run.visits.length > 0) select({ visit: 0 });
