// Finds a state by a part of its name.

/** Most names that are offered. */
const OFFERED = 12;

class Search {
  /** `names` gives the names of what can be found now, `choose` takes the index of one. */
  constructor(names, choose) {
    this.names = names;
    this.choose = choose;
    this.input = document.getElementById("search");
    this.list = document.getElementById("found");
    this.found = [];
    this.at = 0;
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("focus", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // A press would take the focus away before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement;
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.input.focus();
      this.input.select();
    });
  }

  search() {
    const text = this.input.value.trim().toLowerCase();
    this.found = [];
    this.at = 0;
    if (text !== "") {
      const names = this.names().map((name, number) => ({ number, name, at: name.toLowerCase().indexOf(text) }));
      // Those that begin so first.
      this.found = names.filter(({ at }) => at >= 0).sort((a, b) => (a.at > 0) - (b.at > 0) || a.number - b.number);
    }
    this.draw(text);
  }

  draw(text) {
    const shown = this.found.slice(0, OFFERED);
    const entries = shown.map(({ number, name }, i) =>
      element("li", { id: "found-" + i, role: "option", "aria-selected": String(i === this.at), class: i === this.at ? "selected" : null,
        onclick: () => this.take(number) }, element("bdi", {}, visible(name))));
    if (text !== "" && shown.length === 0) entries.push(element("li", { class: "soft" }, "no such state"));
    if (this.found.length > OFFERED) entries.push(element("li", { class: "soft" }, `and ${this.found.length - OFFERED} more`));
    this.list.replaceChildren(...entries);
    this.input.setAttribute("aria-expanded", String(entries.length > 0));
    if (shown.length > 0) this.input.setAttribute("aria-activedescendant", "found-" + this.at);
    else this.input.removeAttribute("aria-activedescendant");
  }

  take(number) {
    this.close();
    this.choose(number);
  }

  close() {
    this.found = [];
    this.draw("");
  }

  key(event) {
    const count = Math.min(this.found.length, OFFERED);
    if (event.key === "Escape") {
      this.input.value = "";
      this.close();
      this.input.blur();
    } else if (event.key === "Enter" && count > 0) {
      this.take(this.found[this.at].number);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      this.draw(this.input.value);
    } else {
      return;
    }
    event.preventDefault();
  }
}
