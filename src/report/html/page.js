// Joins the parts: whatever is chosen is shown in all of them.

const data = JSON.parse(document.getElementById("data").textContent);
const texts = data.texts;
const cases = data.more.cases ?? [];
const definitions = data.more.definitions ?? [];
const timeline = new Timeline(select);
const pictures = new Pictures(document.getElementById("graph"), (state) => select({ state }));
let run = null;
let rows = null;
let details = null;
/** The case that is shown; none where the page is of one run. */
let shownCase = null;
let shownDefinition = 0;

/** The visit of a state that says most: one that failed, one that was caught, the first. */
function bestVisit(state) {
  const visits = details.visitsOf.get(state) ?? [];
  const ended = (fate) => visits.find((visit) => run.visits[visit].fate === fate);
  return ended("failed") ?? ended("caught") ?? ended("aborted") ?? visits[0];
}

function select({ visit, lane, state }) {
  if (run === null) {
    pictures.show(state);
    return;
  }
  if (state !== undefined) {
    visit = bestVisit(state);
    if (visit === undefined) {
      timeline.show(null);
      pictures.show(state);
      details.showState(state);
      return;
    }
  }
  if (lane !== undefined) {
    timeline.show("l" + lane);
    pictures.show(null);
    details.showLane(lane);
    return;
  }
  rows.reveal(visit);
  timeline.show("v" + visit);
  pictures.show(run.visits[visit].state);
  details.showVisit(visit);
  link((shownCase === null ? "" : "c" + shownCase) + "v" + visit);
}

/** A link to this page leads to the same place. */
function link(to) {
  try {
    history.replaceState(null, "", "#" + to);
  } catch {
    // Not where the page has no address of its own.
  }
}

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

/** What is said of a run above everything. */
function head(notices) {
  fill("name", element("bdi", {}, visible(run.name)));
  const status = run.status.toLowerCase();
  const outcome = [element("span", { class: "fate " + status }, status.replace("_", " ")), ` after ${span(run.duration)} of virtual time`];
  if (run.failure) outcome.push(": ", element("strong", {}, visible(run.failure.error ?? "(no error name)")));
  if (run.failure?.cause !== undefined) outcome.push(" ", element("span", { class: "soft cause-line" }, visible(run.failure.cause).slice(0, 300)));
  fill("outcome", ...outcome);
  const facts = [run.machine_type, count(run.total_visits, "visit"), run.billed, count(run.events, "event"), `started ${run.started}`];
  fill("facts", ...facts.filter((fact) => fact !== undefined).map((fact) => element("li", {}, fact)));
  fill("notices", ...notices.map((notice) => element("li", {}, notice)));
}

/** Shows a run; `visit` is chosen, or what says most. */
function open(number, notices, visit) {
  run = data.runs[number];
  rows = new Rows(run);
  details = new Details(run, rows, select);
  document.body.classList.remove("no-run");
  head([...notices, ...run.notices, ...data.notices]);
  timeline.load(run, rows);
  if (run.marks) pictures.mark(run.marks);
  // What failed at the end, else what the run had to stop in.
  const last = (fate) => run.visits.findLastIndex((made, number) => made.fate === fate && !rows.inside.has(number));
  const failed = run.visits.findIndex((made, number) => made.fate === "failed" && !rows.inside.has(number));
  const stopped = run.status === "STOPPED" ? last("aborted") : -1;
  if (visit !== undefined && visit < run.visits.length) select({ visit });
  else if (stopped >= 0 || failed >= 0) select({ visit: stopped >= 0 ? stopped : failed });
  else if (run.visits.length > 0) select({ visit: 0 });
  else document.getElementById("details").replaceChildren();
}

/** What all cases of a definition covered. */
function openDefinition(number) {
  const definition = definitions[number];
  shownCase = null;
  shownDefinition = number;
  run = null;
  document.body.classList.add("no-run");
  pictures.open(number);
  pictures.mark(definition.marks);
  pictures.show(null);
  fill("name", element("bdi", {}, visible(definition.name)));
  const own = cases.filter((made) => made.definition === number);
  const outcomes = ["passed", "failed", "stopped"]
    .map((outcome) => [own.filter((made) => made.outcome === outcome).length, outcome])
    .filter(([number]) => number > 0)
    .flatMap(([number, outcome]) => [element("span", { class: "fate " + outcome }, `${number.toLocaleString("en")} ${outcome}`), " "]);
  fill("outcome", ...outcomes, `${definition.share} covered by ${count(own.length, "case")}`);
  fill("facts", ...definition.parts.map((part) => element("li", {}, part)));
  fill("notices", ...data.notices.map((notice) => element("li", {}, notice)));
  const missed = definition.missed.map(({ state, line, words }) =>
    element("li", {}, element("button", { type: "button", class: "link", onclick: () => pictures.show(state) }, visible(words)),
      element("span", { class: "soft" }, ` line ${line}`)));
  const heading = missed.length === 0 ? "All of it was taken" : "Never taken";
  fill("details", element("div", { class: "bar" }, element("h2", { id: "chosen" }, "Coverage")),
    element("div", { class: "body" }, element("h3", {}, heading), element("ul", { class: "plain" }, ...missed)));
  mark("d" + number);
  link("d" + number);
}

function openCase(number, visit) {
  const made = cases[number];
  shownCase = number;
  shownDefinition = made.definition;
  pictures.open(made.definition);
  mark("c" + number);
  open(made.run, made.words.map(visible), visit);
  fill("name", element("bdi", {}, visible(made.name)), " ", element("span", { class: "fate " + made.outcome }, made.outcome));
}

/** Marks what is open in the list of cases. */
function mark(key) {
  for (const button of document.querySelectorAll("#cases button")) {
    button.setAttribute("aria-current", String(button.id === "case-" + key));
  }
}

/** The list of the definitions, and below each its cases. */
function listCases() {
  const marks = { passed: "✓", failed: "✗", stopped: "■" };
  const list = document.getElementById("cases");
  definitions.forEach((definition, number) => {
    list.append(element("button", { type: "button", id: "case-d" + number, class: "definition", onclick: () => openDefinition(number) },
      element("bdi", { class: "title" }, visible(definition.name)), element("span", { class: "kind" }, definition.share)));
    cases.forEach((made, i) => {
      if (made.definition !== number) return;
      list.append(element("button", { type: "button", id: "case-c" + i, class: "case " + made.outcome, title: visible(`${made.name} (${made.file})`), onclick: () => openCase(i) },
        element("span", { class: "mark", role: "img", "aria-label": made.outcome }, marks[made.outcome]), element("bdi", { class: "title" }, visible(made.name))));
    });
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (step === undefined || next === undefined) return;
    event.preventDefault();
    next.focus();
    next.click();
  });
}

new Search(
  () => run?.states.map((state) => state.name) ?? definitions[shownDefinition].states,
  (state) => select({ state }),
);
const linked = /^#(?:c(\d+))?(?:d(\d+))?(?:v(\d+))?$/.exec(location.hash) ?? [];
const visit = linked[3] === undefined ? undefined : Number(linked[3]);
if (definitions.length > 0) {
  document.body.classList.add("has-cases");
  listCases();
  if (cases[linked[1]]) openCase(Number(linked[1]), visit);
  else openDefinition(definitions[linked[2]] ? Number(linked[2]) : 0);
} else if (data.runs.length > 0) {
  open(0, [], visit);
}
