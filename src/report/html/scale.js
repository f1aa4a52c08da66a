// Where moments stand on the timeline: in the order of events, or by virtual time, in which long waits are gaps of one
// width.

/** The first round span of at least `millis`. */
function niceStep(millis) {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  const round = [1, 2, 5, 10, 20, 50, 100, 200, 500, second, 2 * second, 5 * second, 10 * second, 15 * second, 30 * second,
    minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour];
  const found = round.find((step) => step >= millis);
  if (found !== undefined) return found;
  let days = day;
  while (days < millis) days *= days * 5 <= millis ? 5 : 2;
  return days;
}

/** Most gaps, how wide each is at most, and all of them together. */
const GAPS = { most: 12, each: 0.08, all: 0.5 };

/** All times at which anything happens in a run, in order, each once. */
function times(run) {
  const found = new Set([0, run.duration]);
  for (const visit of run.visits) {
    found.add(visit.entered[0]);
    found.add(visit.left[0]);
    for (const attempt of visit.attempts ?? []) {
      found.add(attempt.begun[0]);
      found.add(attempt.ended[0]);
      if (attempt.submitted) found.add(attempt.submitted[0][0]);
    }
  }
  return [...found].filter((at) => at >= 0 && at <= run.duration).sort((a, b) => a - b);
}

/**
 * The spans in which nothing happens and beside which all others would be too narrow to be seen: the longest ones, each
 * twice as long as all together that are none.
 */
function gapsOf(run) {
  const moments = times(run);
  const spans = moments.slice(1).map((to, i) => ({ from: moments[i], to, length: to - moments[i] }));
  const longest = [...spans].sort((a, b) => b.length - a.length).slice(0, GAPS.most + 1);
  let rest = run.duration;
  let count = 0;
  longest.slice(0, GAPS.most).forEach((span, i) => {
    rest -= span.length;
    if (rest > 0 && span.length >= 2 * rest) count = i + 1;
  });
  return longest.slice(0, count).sort((a, b) => a.from - b.from);
}

/** Virtual time from 0 to 1. */
class TimeScale {
  constructor(run) {
    this.gaps = gapsOf(run);
    this.width = this.gaps.length === 0 ? 0 : Math.min(GAPS.each, GAPS.all / this.gaps.length);
    const rest = run.duration - this.gaps.reduce((sum, gap) => sum + gap.length, 0);
    this.perMilli = rest > 0 ? (1 - this.width * this.gaps.length) / rest : 0;
    // What is shown as it is, between the gaps.
    this.parts = [];
    let [from, at] = [0, 0];
    for (const gap of [...this.gaps, { from: run.duration, to: run.duration }]) {
      const end = at + (gap.from - from) * this.perMilli;
      this.parts.push({ from, to: gap.from, start: at, end });
      [from, at] = [gap.to, end + this.width];
    }
  }

  place(time) {
    let [low, high] = [0, this.parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.parts[middle].from <= time) low = middle;
      else high = middle - 1;
    }
    const part = this.parts[low];
    if (time <= part.to) return part.start + (time - part.from) * this.perMilli;
    // Within a gap.
    const gap = this.gaps[low];
    return part.end + (this.width * (time - gap.from)) / gap.length;
  }

  /** Where labels may stand: [share, text, rank]; the lower the rank, the sooner. */
  labels(room, duration) {
    const labels = [[1, clock(duration), 1], [0, clock(0), 1]];
    this.gaps.forEach((gap, i) => labels.push([this.parts[i].end + this.width / 2, `⋯ ${span(gap.length)}`, 0]));
    for (const part of this.parts) {
      const ticks = Math.floor(((part.end - part.start) * room) / 90);
      if (ticks < 1) continue;
      const step = niceStep((part.to - part.from) / ticks);
      for (let at = Math.ceil(part.from / step) * step; at <= part.to; at += step) labels.push([this.place(at), clock(at), 2]);
    }
    return labels;
  }
}
