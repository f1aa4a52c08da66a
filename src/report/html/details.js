// What is told of the chosen visit.

class Details {
  constructor(run, rows, select) {
    this.run = run;
    this.rows = rows;
    this.select = select;
    this.box = document.getElementById("details");
    this.visitsOf = new Map();
    run.visits.forEach((visit, number) => {
      if (visit.state === undefined) return;
      if (!this.visitsOf.has(visit.state)) this.visitsOf.set(visit.state, []);
      this.visitsOf.get(visit.state).push(number);
    });
  }

  /** A payload by its number, under a heading. */
  payload(title, number, open = true) {
    const text = texts[number];
    const whole = typeof text === "string";
    const parts = [element("summary", {}, title)];
    if (!whole) {
      const kept = text.text === "" ? "left out here" : "cut here";
      parts.push(element("p", { class: "soft" }, `${text.bytes.toLocaleString("en")} bytes, ${kept}`));
    }
    // Laid out when it is looked at.
    const details = element("details", { class: "payload" }, ...parts);
    const fill = () => {
      if (details.open && !details.querySelector("pre")) details.append(jsonBlock(whole ? text : text.text));
    };
    details.addEventListener("toggle", fill);
    details.open = open;
    fill();
    return details;
  }

  failure(failure) {
    return element("div", { class: "error" },
      element("strong", {}, visible(failure.error ?? "(no error name)")),
      failure.cause === undefined ? null : element("pre", { class: "cause", tabindex: "0" }, this.cause(failure.cause)),
      failure.help === undefined ? null : element("pre", { class: "help", tabindex: "0" }, visible(failure.help)));
  }

  /** A cause is often JSON. */
  cause(cause) {
    if (!/^\s*[{[]/.test(cause)) return visible(cause);
    return layOut(cause).map(([, text]) => text).join("");
  }

  /** The buttons from visit to visit of one state. */
  others(state, visit) {
    const visits = this.visitsOf.get(state) ?? [];
    const at = visits.indexOf(visit);
    const entered = this.run.states[state].entered;
    if (visits.length < 2) return null;
    const button = (text, label, to) =>
      element("button", { type: "button", "aria-label": label, disabled: to === undefined ? "" : null, onclick: () => this.select({ visit: to }) }, text);
    const more = entered > visits.length ? ` (${entered.toLocaleString("en")} in all)` : "";
    return element("span", { class: "buttons" },
      button("‹", "Visit before", visits[at - 1]),
      element("span", { class: "of" }, `visit ${(at + 1).toLocaleString("en")} of ${visits.length.toLocaleString("en")}${more}`),
      button("›", "Next visit", visits[at + 1]));
  }

  head(name, kind, fate, others) {
    return [
      element("div", { class: "bar" },
        element("h2", { id: "chosen" }, element("bdi", {}, visible(name))),
        element("span", { class: "kind" }, kind),
        fate === null ? null : element("span", { class: "fate " + fate }, fate === "aborted" ? "stopped" : fate),
        others),
    ];
  }

  facts(list) {
    const made = element("dl");
    for (const [name, value] of list) if (value !== null) made.append(element("dt", {}, name), element("dd", {}, value));
    return made;
  }

  visitLink(number) {
    const visit = this.run.visits[number];
    return element("button", { type: "button", class: "link", onclick: () => this.select({ visit: number }) },
      element("bdi", {}, visible(visit.name)));
  }

  /** `Fan out › item 3` */
  around(visit) {
    const made = element("span");
    const chain = [];
    for (let lane = visit.lane; this.run.lanes[lane]?.holder !== undefined; lane = this.run.visits[this.run.lanes[lane].holder].lane) chain.unshift(lane);
    if (chain.length === 0) return null;
    chain.forEach((lane, i) => made.append(i > 0 ? " › " : "", this.visitLink(this.run.lanes[lane].holder), " › ", this.rows.laneName(lane)));
    return made;
  }

  /** Whether the run had to stop in a visit, and not in one inside it. */
  stoppedIn(number) {
    return this.run.status === "STOPPED" && this.run.visits[number].fate === "aborted" && !this.rows.inside.has(number);
  }

  left(visit, number) {
    const at = clock(visit.left[0]);
    if (this.stoppedIn(number)) return `never; the run stopped at ${at}`;
    return visit.fate === "aborted" || visit.fate === "failed" ? `never; it ended at ${at}` : at;
  }

  showVisit(number) {
    const visit = this.run.visits[number];
    const attempts = visit.attempts ?? [];
    const facts = this.facts([
      ["In", this.around(visit)],
      ["Entered", clock(visit.entered[0])],
      ["Left", this.left(visit, number)],
      [visit.type === "Wait" ? "Waited" : "Took", span(visit.left[0] - visit.entered[0])],
      ["Attempts", attempts.length > 1 ? String(attempts.length) : null],
      [visit.fate === "caught" ? "Caught, on to" : "On to", visit.next === undefined ? null : this.visitLink(visit.next)],
    ]);
    const parts = [facts];
    if (visit.failure) parts.push(element("h3", {}, "Error"), this.failure(visit.failure));
    else if (this.stoppedIn(number)) parts.push(element("h3", {}, "Why it stopped"), this.failure({ error: this.run.failure.cause, help: this.run.failure.help }));
    parts.push(this.payload("Input", visit.input));
    attempts.forEach((attempt, i) => {
      const inner = [];
      if (attempt.parameters !== undefined) inner.push(this.payload("Sent to " + visible(attempt.call), attempt.parameters));
      if (attempt.submitted) inner.push(this.payload(`Answered at once (${clock(attempt.submitted[0][0])})`, attempt.submitted[1], false));
      if (attempt.result !== undefined) inner.push(this.payload("Result", attempt.result));
      if (attempt.failure && (attempts.length > 1 || attempt.failure.error !== visit.failure?.error)) inner.push(this.failure(attempt.failure));
      if (attempt.retry_at !== undefined) {
        inner.push(element("p", { class: "soft" }, `Tried again after ${span(attempt.retry_at - attempt.ended[0])}`));
      }
      if (inner.length === 0) return;
      const took = `${clock(attempt.begun[0])}, ${span(attempt.ended[0] - attempt.begun[0])}`;
      const title = attempts.length > 1 ? `Attempt ${i + 1} (${took})` : `Call (${took})`;
      parts.push(element("h3", {}, title), ...inner);
    });
    for (const [name, value] of visit.assigned ?? []) parts.push(this.payload("Assigned $" + visible(name), value));
    if (visit.output !== undefined) parts.push(this.payload("Output", visit.output));
    if (visit.state !== undefined) parts.push(this.payload("Definition", this.run.states[visit.state].definition, false));
    const others = visit.state === undefined ? null : this.others(visit.state, number);
    this.box.replaceChildren(...this.head(visit.name, visit.type, visit.fate, others), element("div", { class: "body" }, ...parts));
  }

  /** A state that has no visit. */
  showState(number) {
    const state = this.run.states[number];
    const words = state.entered === 0 ? "The execution never came here." : "Its visits are not listed.";
    this.box.replaceChildren(...this.head(state.name, state.type, null, null),
      element("div", { class: "body" }, element("p", {}, words), this.payload("Definition", state.definition)));
  }

  showLane(number) {
    const lane = this.run.lanes[number];
    const span_ = this.rows.laneSpan(number);
    const list = element("ol", {}, ...lane.visits.slice(0, 500).map((visit) =>
      element("li", {}, this.visitLink(visit), ` ${this.run.visits[visit].fate}`)));
    this.box.replaceChildren(...this.head(this.rows.laneName(number), "", null, null),
      element("div", { class: "body" },
        this.facts([["In", this.visitLink(lane.holder)], ["Began", clock(span_.entered[0])], ["Ended", clock(span_.left[0])]]),
        list));
  }
}
