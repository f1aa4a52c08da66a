// Two machines side by side, and what changed between them.

const data = JSON.parse(document.getElementById("data").textContent);
const SIDES = ["old", "new"];
let shown = 0;

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

/** The graphs by file and side; none where there is no such machine. */
const graphs = data.files.map((_, file) => Object.fromEntries(SIDES.map((side) => {
  const drawn = document.querySelector(`#${side} [data-file="${file}"]`);
  const svg = drawn?.querySelector("svg");
  return [side, svg ? new Graph(document.querySelector(`#${side} .picture`), svg, (state) => choose(side, state)) : null];
})));

for (const side of SIDES) {
  const zoom = (how) => {
    const graph = graphs[shown][side];
    if (graph) how(graph);
  };
  const buttons = document.querySelectorAll(`#${side} .buttons button`);
  [(graph) => graph.zoom(graph.scale / 1.25), (graph) => graph.fit(), (graph) => graph.zoom(graph.scale * 1.25)]
    .forEach((how, i) => buttons[i].addEventListener("click", () => zoom(how)));
}
document.addEventListener("keydown", (event) => {
  const button = { "-": 0, 0: 1, "+": 2 }[event.key];
  if (button === undefined || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  for (const side of SIDES) document.querySelectorAll(`#${side} .buttons button`)[button].click();
});

/** Shows the changes of a state, and the state on both sides. */
function choose(side, state) {
  const changes = data.files[shown].changes;
  const change = changes.findIndex((change) => change[side] === state);
  if (change >= 0) {
    showChange(change);
    return;
  }
  // Unchanged: the state of the same name on the other side.
  const names = data.files[shown].states;
  for (const other of SIDES) {
    const number = other === side ? state : names[other].indexOf(names[side][state]);
    graphs[shown][other]?.show(number);
  }
}

function showChange(number) {
  const change = data.files[shown].changes[number];
  for (const side of SIDES) graphs[shown][side]?.show(change[side]);
  for (const entry of document.querySelectorAll("#details .change")) {
    entry.setAttribute("aria-current", String(entry.id === "change-" + number));
  }
  document.getElementById("change-" + number).scrollIntoView({ block: "nearest" });
}

function openFile(number) {
  shown = number;
  const file = data.files[number];
  fill("name", element("bdi", {}, visible(file.name)));
  fill("outcome", visible(file.words));
  for (const side of SIDES) {
    for (const drawn of document.querySelectorAll(`#${side} .drawn`)) drawn.hidden = Number(drawn.dataset.file) !== number;
    graphs[number][side]?.begin();
  }
  const parts = [];
  let state;
  file.changes.forEach((change, i) => {
    if (change.state !== state || i === 0) {
      state = change.state;
      parts.push(element("h3", {}, state === null ? "The machine" : element("bdi", {}, visible(state))));
    }
    parts.push(element("button", { type: "button", class: "change " + change.class, id: "change-" + i, onclick: () => showChange(i) },
      element("span", { class: "fate" }, change.class), " ", visible(change.words),
      change.place === "" ? null : element("span", { class: "soft" }, ` ${change.place}`)));
  });
  if (parts.length === 0) parts.push(element("p", { class: "soft" }, "No difference in meaning."));
  if (file.runs.length > 0) parts.push(element("h3", {}, "Runs"), ...file.runs.map((words) => element("pre", {}, visible(words))));
  fill("details", element("div", { class: "bar" }, element("h2", {}, "Changes")), element("div", { class: "body" }, ...parts));
  for (const button of document.querySelectorAll("#cases button")) button.setAttribute("aria-current", String(button.id === "file-" + number));
}

if (data.files.length > 1) {
  document.body.classList.add("has-cases");
  data.files.forEach((file, number) => {
    document.getElementById("cases").append(element("button", { type: "button", id: "file-" + number, class: "case", onclick: () => openFile(number) },
      element("bdi", { class: "title" }, visible(file.name)), element("span", { class: "kind" }, String(file.changes.length))));
  });
}
// The names of both sides, each once; those of the new one first.
const namesOf = () => [...new Set([...data.files[shown].states.new, ...data.files[shown].states.old])];
new Search(namesOf, (number) => {
  const name = namesOf()[number];
  const side = data.files[shown].states.new.includes(name) ? "new" : "old";
  choose(side, data.files[shown].states[side].indexOf(name));
});
if (data.files.length > 0) openFile(Math.max(0, data.files.findIndex((file) => file.changes.length > 0)));
else fill("outcome", "No definitions.");
