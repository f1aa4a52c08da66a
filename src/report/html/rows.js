// The rows of the timeline: a visit a row, and above the visits of each branch or item a row for it.

/** More lanes than this are folded into the row of the visit that holds them. */
const FOLDED = 30;

/** The tree of rows, and which of them are open. */
class Rows {
  constructor(run) {
    this.run = run;
    this.inside = new Map();
    run.lanes.forEach((lane, number) => {
      if (lane.holder === undefined) return;
      if (!this.inside.has(lane.holder)) this.inside.set(lane.holder, []);
      this.inside.get(lane.holder).push(number);
    });
    this.failedIn = run.lanes.map((lane) => lane.visits.filter((visit) => run.visits[visit].fate === "failed").length);
    this.folded = new Set();
    for (const [visit, lanes] of this.inside) if (lanes.length > FOLDED) this.folded.add("v" + visit);
    this.list();
  }

  /** Lists the rows that are not inside a folded one. */
  list() {
    this.rows = [];
    this.at = new Map();
    // From the top level down, without recursion: nesting may be deep.
    const open = [];
    const push = (numbers, kind, depth, parent) => {
      for (let i = numbers.length - 1; i >= 0; i -= 1) open.push({ key: kind + numbers[i], kind, number: numbers[i], depth, parent });
    };
    const tops = this.run.lanes.flatMap((lane) => (lane.holder === undefined ? lane.visits : []));
    push(tops, "v", 0, null);
    while (open.length > 0) {
      const row = open.pop();
      this.at.set(row.key, this.rows.length);
      this.rows.push(row);
      const inside = row.kind === "v" ? this.inside.get(row.number) : this.run.lanes[row.number].visits;
      row.holds = inside !== undefined;
      row.open = row.holds && !this.folded.has(row.key);
      if (row.open) push(inside, row.kind === "v" ? "l" : "v", row.depth + 1, row.key);
    }
  }

  fold(key, folded) {
    if (folded) this.folded.add(key);
    else this.folded.delete(key);
    this.list();
  }

  /** Opens what is around a visit. */
  reveal(visit) {
    let changed = false;
    let lane = this.run.visits[visit].lane;
    while (this.run.lanes[lane]?.holder !== undefined) {
      const holder = this.run.lanes[lane].holder;
      changed = this.folded.delete("l" + lane) || changed;
      changed = this.folded.delete("v" + holder) || changed;
      lane = this.run.visits[holder].lane;
    }
    if (changed) this.list();
  }

  /** `branch 0`, `item 3`, with the attempt when there was more than one. */
  laneName(number) {
    const lane = this.run.lanes[number];
    const holder = this.run.visits[lane.holder];
    const what = holder.type === "Parallel" ? `branch ${lane.index}` : `item ${lane.index}`;
    return (holder.attempts ?? []).length > 1 ? `${what}, attempt ${lane.attempt}` : what;
  }

  /** The moments that a lane spans: from its first visit to the end of its last. */
  laneSpan(number) {
    const visits = this.run.lanes[number].visits.map((visit) => this.run.visits[visit]);
    return { entered: visits[0].entered, left: visits[visits.length - 1].left };
  }
}
