// The graph: its states can be chosen with pointer and keyboard, and it can be made larger and smaller.

class Picture {
  constructor(run, select) {
    this.svg = document.querySelector("#picture svg");
    this.box = document.getElementById("picture");
    if (this.svg === null) {
      for (const button of document.querySelectorAll("#graph button")) button.disabled = true;
      return;
    }
    this.width = Number(this.svg.getAttribute("width"));
    this.height = Number(this.svg.getAttribute("height"));
    // A picture to a reader who does not see it; here its states are what can be chosen.
    this.svg.setAttribute("role", "group");
    this.states = new Map();
    for (const state of this.svg.querySelectorAll("g[data-state]")) {
      const number = Number(state.dataset.state);
      if (number >= run.states.length) continue;
      this.states.set(number, state);
      state.setAttribute("tabindex", "0");
      state.setAttribute("role", "button");
      state.setAttribute("aria-pressed", "false");
      state.setAttribute("aria-label", visible(run.states[number].name));
      state.addEventListener("click", () => select({ state: number }));
      state.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        select({ state: number });
      });
    }
    document.getElementById("zoom-in").addEventListener("click", () => this.zoom(this.scale * 1.25));
    document.getElementById("zoom-out").addEventListener("click", () => this.zoom(this.scale / 1.25));
    document.getElementById("zoom-fit").addEventListener("click", () => this.fit());
    this.fit();
    // What is too small to be read is not shown whole at first.
    if (this.scale < 0.6) this.zoom(0.6);
  }

  fit() {
    const room = Math.min((this.box.clientWidth - 4) / this.width, (this.box.clientHeight - 4) / this.height);
    this.zoom(Math.min(1, room));
  }

  zoom(scale) {
    this.scale = Math.max(0.02, Math.min(4, scale || 1));
    this.svg.setAttribute("width", String(this.width * this.scale));
    this.svg.setAttribute("height", String(this.height * this.scale));
  }

  /** Marks the chosen state and brings it into view. */
  show(number) {
    if (this.svg === null) return;
    for (const [other, state] of this.states) {
      state.classList.toggle("selected", other === number);
      state.setAttribute("aria-pressed", String(other === number));
    }
    const state = this.states.get(number);
    if (state === undefined) return;
    // The heading of a state that holds others, not its middle, is what must be seen.
    const [inner, outer] = [state.querySelector("text").getBoundingClientRect(), this.box.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.box.scrollTop += inner.top - outer.top - outer.height / 2;
    if (inner.left < outer.left || inner.right > outer.right) this.box.scrollLeft += inner.left - outer.left - outer.width / 2;
  }
}
