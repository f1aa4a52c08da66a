//! Long texts over several lines, for `--full`.

/// Columns of an inner level.
const STEP: usize = 2;

/// A compact JSON text with each member and item on a line of its own, and no line longer than `width`, each behind
/// `indent` columns.
pub(super) fn json(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut level = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    let mut previous = '\0';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            _ if in_string => {
                out.push(c);
                in_string = escaped || c != '"';
                escaped = !escaped && c == '\\';
            }
            '{' | '[' => {
                out.push(c);
                level += 1;
                if characters.peek().is_some_and(|next| !matches!(next, '}' | ']')) {
                    new_line(&mut out, level);
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                if !matches!(previous, '{' | '[') {
                    new_line(&mut out, level);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => {
                in_string = c == '"';
                out.push(c);
            }
        }
        previous = c;
    }
    let room = width.saturating_sub(indent);
    let lines: Vec<String> = out.lines().map(|line| lines(line, room, indent)).collect();
    lines.join("\n")
}

fn new_line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', level * STEP));
}

/// A line cut into pieces of `room` columns at most, or 20 where there is hardly room, each behind `indent` columns and
/// as deep as it is itself.
pub(super) fn lines(line: &str, room: usize, indent: usize) -> String {
    let content = line.trim_start_matches(' ');
    let own = line.len() - content.len();
    let room = room.saturating_sub(own).max(20);
    let characters: Vec<char> = content.chars().collect();
    let pieces = characters.chunks(room).map(|piece| {
        let blank = " ".repeat(indent + own);
        format!("{blank}{}", piece.iter().collect::<String>())
    });
    pieces.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_on_lines_of_their_own() {
        assert_eq!(
            json(r#"{"a":[1,{"b":"x, {y}: \"z\""}],"c":{},"d":[]}"#, 80, 2),
            "  {\n    \"a\": [\n      1,\n      {\n        \"b\": \"x, {y}: \\\"z\\\"\"\n      }\n    ],\n    \
             \"c\": {},\n    \"d\": []\n  }"
        );
    }

    #[test]
    fn no_line_is_longer_than_there_is_room() {
        let text = format!(r#"{{"a":"{}"}}"#, "é".repeat(100));
        let wrapped = json(&text, 40, 4);
        assert!(
            wrapped.lines().all(|line| line.chars().count() <= 40),
            "{wrapped}"
        );
        assert_eq!(wrapped.matches('é').count(), 100);
    }
}
