// The timeline: only rows in view are in the document, so that ten thousand are as quick as ten.

const ROW = 26;
const MARKS = { succeeded: "✓", failed: "✗", caught: "↷", aborted: "■" };

class Timeline {
  constructor(select) {
    this.select = select;
    this.box = document.getElementById("rows");
    this.axis = document.getElementById("axis");
    this.sheet = element("div", { class: "sheet", role: "presentation" });
    this.box.append(this.sheet);
    this.box.addEventListener("scroll", () => this.draw());
    this.box.addEventListener("keydown", (event) => this.key(event));
    // Paper has all rows.
    for (const [when, printed] of [["beforeprint", true], ["afterprint", false]]) {
      window.addEventListener(when, () => {
        this.printed = printed;
        if (this.run !== undefined) this.draw();
      });
    }
    const scale = (byTime) => () => {
      this.byTime = byTime;
      this.scaled();
    };
    this.buttons = { time: document.getElementById("scale-time"), order: document.getElementById("scale-order") };
    this.buttons.time.addEventListener("click", scale(true));
    this.buttons.order.addEventListener("click", scale(false));
  }

  load(run, rows) {
    this.run = run;
    this.rows = rows;
    this.active = null;
    this.scale = new TimeScale(run);
    this.byTime = run.duration > 0;
    this.buttons.time.disabled = run.duration === 0;
    this.buttons.time.title = run.duration === 0 ? "The execution takes no virtual time" : "";
    this.explain();
    this.box.scrollTop = 0;
    if (this.observer === undefined) {
      this.observer = new ResizeObserver(() => this.scaled());
      this.observer.observe(this.box);
    }
    this.scaled();
  }

  /** Of the legend, what this run has. */
  explain() {
    const found = new Set(this.scale.gaps.length > 0 ? ["break"] : []);
    for (const visit of this.run.visits) {
      found.add({ succeeded: "ok", failed: "failed", caught: "caught", aborted: "stopped" }[visit.fate]);
      if (visit.type === "Wait") found.add("wait");
      for (const attempt of visit.attempts ?? []) {
        if (attempt.submitted) found.add("wait");
        if (attempt.failure) found.add("failed");
        if (attempt.retry_at !== undefined) found.add("retry");
      }
    }
    for (const entry of document.querySelectorAll("#timeline .legend > span")) {
      entry.hidden = ![...entry.querySelector("i").classList].some((kind) => found.has(kind));
    }
  }

  /** Where a moment stands, from 0 to 1. */
  place([time, order]) {
    return this.byTime ? this.scale.place(time) : order / (this.run.moments + 1);
  }

  scaled() {
    this.buttons.time.setAttribute("aria-pressed", String(this.byTime));
    this.buttons.order.setAttribute("aria-pressed", String(!this.byTime));
    this.axis.replaceChildren();
    const names = parseFloat(getComputedStyle(this.box).getPropertyValue("--names"));
    const room = this.sheet.clientWidth - names - 14;
    const labels = this.byTime ? this.scale.labels(room, this.run.duration) : [[0, "first event", 1], [1, "last event", 1]];
    // Each is measured where it stands; one that would touch another is left out.
    const taken = [];
    for (const [share, text, rank] of labels.sort((a, b) => a[2] - b[2])) {
      const made = element("span", { class: share === 1 ? "last" : rank === 0 ? "gap" : null }, text);
      made.style.left = `calc(var(--names) + (100% - var(--names) - var(--end)) * ${share})`;
      this.axis.append(made);
      const { left, right } = made.getBoundingClientRect();
      if (taken.some((other) => left < other.right + 4 && other.left < right + 4)) made.remove();
      else taken.push({ left, right });
    }
    this.draw();
  }

  /** Draws the rows in view. */
  draw() {
    const rows = this.rows.rows;
    this.box.setAttribute("aria-rowcount", String(rows.length));
    this.sheet.style.height = `${rows.length * ROW}px`;
    const inView = [this.box.scrollTop, this.box.scrollTop + this.box.clientHeight];
    const first = this.printed ? 0 : Math.max(0, Math.floor(inView[0] / ROW) - 5);
    const last = this.printed ? rows.length : Math.min(rows.length, Math.ceil(inView[1] / ROW) + 5);
    this.sheet.replaceChildren(...rows.slice(first, last).map((row, i) => this.row(row, first + i)), ...this.gaps());
    const shown = this.active !== null && document.getElementById("row-" + this.active);
    if (shown) this.box.setAttribute("aria-activedescendant", shown.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** What covers the rows where a long wait is shown short. */
  gaps() {
    if (!this.byTime) return [];
    return this.scale.gaps.map((gap) => {
      const made = element("i", { class: "break", title: `${span(gap.length)} in which nothing happens` });
      const share = this.scale.place(gap.from);
      made.style.left = `calc(var(--names) + (100% - var(--names) - var(--end)) * ${share})`;
      made.style.width = `calc((100% - var(--names) - var(--end)) * ${this.scale.width})`;
      return made;
    });
  }

  row(row, number) {
    const isVisit = row.kind === "v";
    const visit = isVisit ? this.run.visits[row.number] : null;
    const selected = row.key === this.active;
    const made = element("div", {
      id: "row-" + row.key,
      role: "row",
      class: `row ${isVisit ? "visit " + visit.fate : "lane"}${selected ? " selected" : ""}`,
      "aria-rowindex": String(number + 1),
      "aria-level": String(row.depth + 1),
      "aria-selected": String(selected),
      "aria-expanded": row.holds && isVisit ? String(row.open) : null,
      onclick: () => this.choose(row),
    });
    made.style.top = `${number * ROW}px`;
    const name = element("span", { role: "gridcell", class: "cell" });
    name.style.paddingLeft = `${6 + Math.min(row.depth, 14) * 12}px`;
    if (row.holds && isVisit) {
      name.append(element("span", {
        class: "twist",
        "aria-hidden": "true",
        onclick: (event) => {
          event.stopPropagation();
          this.fold(row, row.open);
        },
      }, row.open ? "▾" : "▸"));
    }
    if (isVisit) {
      name.append(
        element("span", { class: "mark", "aria-label": visit.fate, role: "img" }, MARKS[visit.fate]),
        element("bdi", { class: "title" }, visible(visit.name)),
        element("span", { class: "kind" }, visit.type),
      );
      const lanes = this.rows.inside.get(row.number);
      if (lanes && !row.open) name.append(element("span", { class: "kind" }, this.inWords(visit, lanes)));
    } else {
      const failed = this.rows.failedIn[row.number];
      name.append(element("span", { class: "title" }, this.rows.laneName(row.number)));
      if (failed > 0) name.append(element("span", { class: "mark failed", role: "img", "aria-label": "failed" }, "✗"));
    }
    made.append(name, this.bars(row, visit));
    return made;
  }

  inWords(visit, lanes) {
    const failed = lanes.filter((lane) => this.rows.failedIn[lane] > 0).length;
    const branches = lanes.length === 1 ? "1 branch" : `${lanes.length} branches`;
    const what = visit.type === "Parallel" ? branches : count(lanes.length, "item");
    return failed > 0 ? `${what}, ${failed.toLocaleString("en")} failed` : what;
  }

  bars(row, visit) {
    const track = element("span", { role: "gridcell", class: "track" });
    const whole = visit ?? this.rows.laneSpan(row.number);
    const bar = (from, to, kind, title) => {
      const [start, end] = [this.place(from), this.place(to)];
      const made = element("i", { class: "seg " + kind, title });
      made.style.left = `calc((100% - var(--end)) * ${start})`;
      made.style.width = `calc((100% - var(--end)) * ${Math.max(0, end - start)})`;
      track.append(made);
    };
    const took = span(whole.left[0] - whole.entered[0]);
    if (visit === null) {
      bar(whole.entered, whole.left, "lane", took);
      return track;
    }
    const attempts = visit.attempts ?? [];
    const kinds = { succeeded: "ok", failed: "failed", caught: "caught", aborted: "stopped" };
    const holds = visit.type === "Parallel" || visit.type === "Map";
    bar(visit.entered, visit.left, visit.type === "Wait" ? "wait" : attempts.length > 0 || holds ? "around" : kinds[visit.fate],
      `${visible(visit.name)}: ${took}`);
    attempts.forEach((attempt, i) => {
      const fine = attempt.failure === undefined;
      const last = i === attempts.length - 1;
      const kind = fine ? (last && visit.fate !== "succeeded" ? kinds[visit.fate] : "ok") : "failed";
      const words = `attempt ${i + 1}: ${span(attempt.ended[0] - attempt.begun[0])}`;
      bar(attempt.begun, attempt.ended, kind, fine ? words : `${words}, ${visible(attempt.failure.error ?? "failed")}`);
      if (attempt.submitted) bar(attempt.submitted[0], attempt.ended, "wait", `waiting: ${span(attempt.ended[0] - attempt.submitted[0][0])}`);
      const next = attempts[i + 1];
      const until = next ? next.begun : attempt.retry_at === undefined ? null : visit.left;
      if (until) bar(attempt.ended, until, "retry", `retry after ${span(until[0] - attempt.ended[0])}`);
    });
    return track;
  }

  fold(row, folded) {
    this.rows.fold(row.key, folded);
    this.draw();
  }

  choose(row) {
    if (row.kind === "v") this.select({ visit: row.number });
    else this.select({ lane: row.number });
  }

  /** Shows that a row is the chosen one, and brings it into view. */
  show(key) {
    this.active = key;
    this.draw();
    const at = this.rows.at.get(key);
    if (at !== undefined) {
      const top = at * ROW;
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      else if (top + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW - this.box.clientHeight;
    }
    this.draw();
  }

  key(event) {
    const rows = this.rows.rows;
    if (rows.length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.rows.at.get(this.active) ?? -1;
    const row = rows[at];
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + page, PageUp: at - page };
    if (event.key in moves) {
      this.choose(rows[Math.max(0, Math.min(rows.length - 1, moves[event.key]))]);
    } else if (event.key === "ArrowLeft" && row) {
      if (row.holds && row.open && row.kind === "v") this.fold(row, true);
      else if (row.parent !== null) this.choose(rows[this.rows.at.get(row.parent)]);
    } else if (event.key === "ArrowRight" && row?.holds) {
      if (!row.open) this.fold(row, false);
      else this.choose(rows[at + 1]);
    } else if (event.key === "Enter" && row) {
      document.getElementById("details").focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}
