// Two machines side by side, and what changed between them.

const data = JSON.parse(document.getElementById("data").textContent);
const SIDES = ["old", "new"];
let shown = 0;

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

/** The graphs of each side, by file. */
const pictures = Object.fromEntries(SIDES.map((side) =>
  [side, new Pictures(document.getElementById(side), (state) => choose(side, state), true)]));

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
    pictures[other].show(number);
  }
}

function showChange(number) {
  const change = data.files[shown].changes[number];
  for (const side of SIDES) pictures[side].show(change[side]);
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
  // Wide graphs stand one above the other: half as wide they could not be read.
  const wide = SIDES.some((side) => pictures[side].graphs[number]?.isWide());
  document.body.classList.toggle("stacked", wide);
  for (const side of SIDES) pictures[side].open(number);
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
  for (const side of SIDES) pictures[side].settle(file.changes.find((change) => change[side] !== null)?.[side]);
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
