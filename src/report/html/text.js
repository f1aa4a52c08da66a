// Texts: elements made of text nodes, JSON laid out, times in words.

/** An element; `attributes` with null are left out, children that are strings become text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Characters that are not seen, or that turn the text around them, as escapes. */
function visible(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * JSON text on lines, as a list of [class, text]. It is laid out, not parsed: numbers keep the spelling they have, and
 * what was cut in the middle is shown as far as it goes.
 */
function layOut(json) {
  const parts = [];
  let depth = 0;
  let at = 0;
  const line = () => parts.push(["", "\n" + "  ".repeat(depth)]);
  while (at < json.length) {
    const c = json[at];
    if (c === '"') {
      let end = at + 1;
      while (end < json.length && json[end] !== '"') end += json[end] === "\\" ? 2 : 1;
      end = Math.min(end + 1, json.length);
      let next = end;
      while (json[next] === " ") next += 1;
      parts.push([json[next] === ":" ? "key" : "string", visible(json.slice(at, end))]);
      at = end;
    } else if (c === "{" || c === "[") {
      const close = c === "{" ? "}" : "]";
      if (json[at + 1] === close) {
        parts.push(["", c + close]);
        at += 2;
      } else {
        parts.push(["", c]);
        depth += 1;
        line();
        at += 1;
      }
    } else if (c === "}" || c === "]") {
      depth = Math.max(0, depth - 1);
      line();
      parts.push(["", c]);
      at += 1;
    } else if (c === ",") {
      parts.push(["", ","]);
      line();
      at += 1;
    } else if (c === ":") {
      parts.push(["", ": "]);
      at += 1;
    } else if (/\s/.test(c)) {
      at += 1;
    } else {
      let end = at + 1;
      while (end < json.length && !/[\s,:{}[\]"]/.test(json[end])) end += 1;
      parts.push(["literal", visible(json.slice(at, end))]);
      at = end;
    }
  }
  return parts;
}

/** A `pre` of a JSON text; long ones go without colours. */
function jsonBlock(json) {
  const parts = layOut(json);
  const block = element("pre", { tabindex: "0" });
  if (parts.length > 4000) {
    block.textContent = parts.map(([, text]) => text).join("");
    return block;
  }
  for (const [kind, text] of parts) {
    block.append(kind === "" ? text : element("span", { class: kind }, text));
  }
  return block;
}

/** `00:01:30`, `2d 00:00:00`, with milliseconds where there are some. */
function clock(millis) {
  const two = (n) => String(n).padStart(2, "0");
  const rest = millis % 86_400_000;
  const days = Math.floor(millis / 86_400_000);
  const fraction = rest % 1000 ? "." + String(rest % 1000).padStart(3, "0") : "";
  const seconds = Math.floor(rest / 1000);
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
  return days > 0 ? `${days}d ${text}` : text;
}

/** `1.5 s`, `2 h 5 min`. */
function span(millis) {
  const parts = [];
  let rest = Math.max(0, millis);
  for (const [size, unit] of [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"]]) {
    if (rest >= size) {
      parts.push(`${Math.floor(rest / size)} ${unit}`);
      rest %= size;
    }
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest / 1000} s`);
  return parts.join(" ");
}

/** `1 visit`, `3 visits`. */
function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}
