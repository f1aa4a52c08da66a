// Graphs: their states can be chosen with pointer and keyboard, and they can be made larger and smaller.

/** What becomes of a state, as the classes of the picture have it. */
const FATES = ["failed", "caught", "unfinished", "retried", "taken", "untaken"];

/** One graph in a box that scrolls. */
class Graph {
  constructor(box, svg, choose) {
    this.box = box;
    this.svg = svg;
    this.width = Number(svg.getAttribute("width"));
    this.height = Number(svg.getAttribute("height"));
    this.scale = null;
    // What paper goes by.
    svg.style.setProperty("--drawn", `${this.width}px`);
    if (this.height > 1400) svg.classList.add("tall");
    // A picture to a reader who does not see it; here its states are what can be chosen.
    svg.setAttribute("role", "group");
    this.states = new Map();
    for (const state of svg.querySelectorAll("g[data-state]")) {
      const number = Number(state.dataset.state);
      if (state.classList.contains("missing")) continue;
      this.states.set(number, state);
      state.setAttribute("tabindex", "0");
      state.setAttribute("role", "button");
      state.setAttribute("aria-pressed", "false");
      state.setAttribute("aria-label", state.querySelector("title").textContent.split("\n")[0]);
      state.addEventListener("click", () => choose(number));
      state.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(number);
      });
    }
  }

  isWide() {
    return this.width > 900 && this.width > 1.5 * this.height;
  }

  fit() {
    const room = Math.min((this.box.clientWidth - 18) / this.width, (this.box.clientHeight - 18) / this.height);
    this.zoom(Math.min(1, room));
  }

  /**
   * At first all of it, if it can be read then; else as wide as there is room. What is compared is seen whole, unless its
   * states would be dots.
   */
  begin(whole) {
    if (this.scale !== null) return;
    this.fit();
    if (whole) {
      this.isWhole = this.scale >= 0.15;
      if (!this.isWhole) this.zoom(0.5);
    } else if (this.scale < 0.6) {
      this.zoom(Math.max(0.6, Math.min(0.8, (this.box.clientWidth - 18) / this.width)));
    }
  }

  /** Once all of the page has its place: the whole anew, as there may be more room; or one of its states. */
  settle(state) {
    if (this.isWhole) this.fit();
    else this.reveal(state);
    this.isWhole = undefined;
  }

  zoom(scale) {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.box;
    const before = this.scale ?? 1;
    this.scale = Math.max(0.02, Math.min(4, scale || 1));
    this.svg.setAttribute("width", String(this.width * this.scale));
    this.svg.setAttribute("height", String(this.height * this.scale));
    // What is in the middle stays there.
    const moved = this.scale / before;
    this.box.scrollTop = (scrollTop + clientHeight / 2) * moved - clientHeight / 2;
    this.box.scrollLeft = (scrollLeft + clientWidth / 2) * moved - clientWidth / 2;
  }

  /** Marks what an execution took, or what was covered. */
  mark(marks) {
    for (const [number, state] of this.states) {
      state.classList.remove(...FATES);
      state.classList.add(marks.states[number] ?? "untaken");
      this.times(state, marks.entered[number] ?? 0);
    }
    for (const part of this.svg.querySelectorAll("[data-edge]")) {
      const taken = marks.edges[Number(part.dataset.edge)] > 0;
      part.classList.toggle("taken", taken && !part.classList.contains("label"));
      part.classList.toggle("untaken", !taken);
    }
  }

  /** How often a state was entered, on the corner of its box; once goes without saying. */
  times(state, entered) {
    state.querySelector(":scope > .times")?.remove();
    if (entered < 2) return;
    const box = state.querySelector("rect");
    const badge = document.createElementNS(this.svg.namespaceURI, "text");
    badge.setAttribute("class", "times");
    badge.setAttribute("x", String(Number(box.getAttribute("x")) + Number(box.getAttribute("width")) - 8));
    badge.setAttribute("y", String(Number(box.getAttribute("y")) + 4));
    badge.textContent = entered.toLocaleString("en") + "\u00d7";
    state.append(badge);
  }

  /** Marks the chosen state and brings it into view. */
  show(number) {
    for (const [other, state] of this.states) {
      state.classList.toggle("selected", other === number);
      state.setAttribute("aria-pressed", String(other === number));
    }
    this.reveal(number);
  }

  /** Brings a state into view. */
  reveal(number) {
    const state = this.states.get(number);
    if (state === undefined) return;
    // The heading of a state that holds others, not its middle, is what must be seen.
    const [inner, outer] = [state.querySelector("text").getBoundingClientRect(), this.box.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.box.scrollTop += inner.top - outer.top - outer.height / 2;
    if (inner.left < outer.left || inner.right > outer.right) this.box.scrollLeft += inner.left - outer.left - outer.width / 2;
  }
}

/** The graphs in a section, of which one is shown, and the buttons for its size. */
class Pictures {
  constructor(section, choose, whole = false) {
    this.whole = whole;
    const box = section.querySelector(".picture");
    this.buttons = [...section.querySelectorAll(".buttons button")];
    this.drawn = [...box.querySelectorAll(".drawn")];
    this.graphs = this.drawn.map((drawn) => {
      const svg = drawn.querySelector("svg");
      return svg === null ? null : new Graph(box, svg, choose);
    });
    [(graph) => graph.zoom(graph.scale / 1.25), (graph) => graph.fit(), (graph) => graph.zoom(graph.scale * 1.25)]
      .forEach((how, i) => this.buttons[i].addEventListener("click", () => how(this.active)));
    document.addEventListener("keydown", (event) => {
      const button = this.buttons[{ "-": 0, 0: 1, "+": 2 }[event.key]];
      if (button === undefined || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      button.click();
    });
    // What is compared has its place on the page only once it is known which graphs are shown.
    this.open(whole ? -1 : 0);
  }

  open(number) {
    this.drawn.forEach((drawn, other) => { drawn.hidden = other !== number; });
    this.active = this.graphs[number] ?? null;
    for (const button of this.buttons) button.disabled = this.active === null;
    this.active?.begin(this.whole);
  }

  mark(marks) {
    this.active?.mark(marks);
  }

  show(number) {
    this.active?.show(number);
  }

  settle(state) {
    if (this.active !== null && this.active.isWhole !== undefined) this.active.settle(state);
  }
}
