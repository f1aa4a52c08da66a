//! What AWS says of a text that is not JSON: the words of Jackson's parser, and where it stopped.
//!
//! [`refusal`] reads the text as Jackson's `ReaderBasedJsonParser` does in its default settings, one character of UTF-16
//! after another, up to the first mistake; a text is read so only after [`super::parse`] has refused it. One answer of
//! AWS's was recorded in full, which shows the parser, its frame and how it counts [recorded]; the other texts are
//! those of jackson-core 2.13.

/// The words and the place of the first mistake.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong.
    pub(super) words: String,
    /// `[Source: (String)"..."; line: 1, column: 4]`.
    pub(super) place: String,
}

impl Refusal {
    /// AWS's message: Jackson's, which ends with the place.
    pub(super) fn message(&self) -> String {
        format!("{}\n at {}", self.words, self.place)
    }
}

/// What Jackson says of `text`; `None` where it takes it, as a value with something behind it.
pub(super) fn refusal(text: &str) -> Option<Refusal> {
    let mut reader = Reader {
        text: text.encode_utf16().collect(),
        at: 0,
        line: 1,
        line_start: 0,
        open: Vec::new(),
    };
    let words = reader.value_of_root().err()?;
    let place = reader.place((reader.line, reader.at - reader.line_start + 1));
    Some(Refusal { words, place })
}

/// Of a longer text Jackson shows the beginning only.
const SHOWN: usize = 500;
/// A longer text reaches the parser through a `StringReader`, of which nothing is shown.
const LONGEST_STRING: usize = 0x8000;
/// A longer token is cut in a message.
const LONGEST_TOKEN: usize = 256;

const LITERALS: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// A line and a column, both from 1.
type Place = (usize, usize);

/// An array or object that was opened.
struct Open {
    object: bool,
    place: Place,
    /// Whether a member or item has begun: a comma comes before the next.
    begun: bool,
}

struct Reader {
    text: Vec<u16>,
    /// The next character.
    at: usize,
    line: usize,
    /// Where the line begins.
    line_start: usize,
    open: Vec<Open>,
}

type Words = String;

impl Reader {
    fn value_of_root(&mut self) -> Result<(), Words> {
        loop {
            let Some(mut c) = self.after_blanks()? else {
                return match self.open.last() {
                    Some(open) => {
                        let marker = if open.object { "Object" } else { "Array" };
                        Err(format!(
                            "Unexpected end-of-input: expected close marker for {marker} (start marker at {})",
                            self.place(open.place)
                        ))
                    }
                    None => Ok(()),
                };
            };
            if matches!(c, b'}' | b']') {
                self.close(c)?;
            } else {
                let object = match self.open.last_mut() {
                    Some(open) => {
                        let object = open.object;
                        if std::mem::replace(&mut open.begun, true) {
                            c = self.after_comma(c)?;
                        }
                        object
                    }
                    None => false,
                };
                if object {
                    if c != b'"' {
                        return Err(self.unexpected("was expecting double-quote to start field name"));
                    }
                    self.string("field name", "name")?;
                    c = self.after_colon()?;
                }
                self.value(c, object)?;
            }
            // What stands behind the value is not looked at.
            if self.open.is_empty() {
                return Ok(());
            }
        }
    }

    fn value(&mut self, c: u8, member: bool) -> Result<(), Words> {
        match c {
            b'"' => self.string(": was expecting closing quote for a string value", "string value"),
            b'{' | b'[' => {
                self.open.push(Open {
                    object: c == b'{',
                    place: (self.line, self.at - self.line_start),
                    begun: false,
                });
                Ok(())
            }
            b'}' if !member => Err(self.unexpected("expected a value")),
            b't' => self.literal("true", 1),
            b'f' => self.literal("false", 1),
            b'n' => self.literal("null", 1),
            b'-' | b'0'..=b'9' => self.number(c == b'-'),
            b'N' => {
                self.literal("NaN", 1)?;
                Err(non_standard("NaN"))
            }
            b'I' => {
                self.literal("Infinity", 1)?;
                Err(non_standard("Infinity"))
            }
            b'+' => {
                let Some(next) = self.next() else {
                    return Err("Unexpected end-of-input in a Number value".to_owned());
                };
                self.no_number(next, '+')
            }
            _ => {
                let last = self.text[self.at - 1];
                match char::from_u32(u32::from(last)) {
                    Some(c) if is_identifier_start(c) => Err(self.unrecognized(c.to_string())),
                    _ => Err(self.unexpected(&format!("expected a valid value {LITERALS}"))),
                }
            }
        }
    }

    fn close(&mut self, bracket: u8) -> Result<(), Words> {
        let object = bracket == b'}';
        if self.open.last().is_some_and(|open| open.object == object) {
            self.open.pop();
            return Ok(());
        }
        let expected = if object { ']' } else { '}' };
        let place = self.open.last().map_or((1, 0), |open| open.place);
        Err(format!(
            "Unexpected close marker '{}': expected '{expected}' (for {} starting at {})",
            char::from(bracket),
            self.context(),
            self.place(place)
        ))
    }

    /// The innermost thing that is open, in Jackson's words.
    fn context(&self) -> &'static str {
        match self.open.last() {
            None => "root",
            Some(Open { object: true, .. }) => "Object",
            Some(_) => "Array",
        }
    }

    fn next(&mut self) -> Option<u16> {
        let c = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(c)
    }

    /// The next character that is not white space, `0xFF` for all that are not ASCII; comments are refused.
    fn after_blanks(&mut self) -> Result<Option<u8>, Words> {
        while let Some(c) = self.next() {
            match c {
                0x20 | 0x09 => {}
                0x0A => self.new_line(),
                0x0D => {
                    if self.text.get(self.at) == Some(&0x0A) {
                        self.at += 1;
                    }
                    self.new_line();
                }
                0..0x20 => {
                    return Err(format!(
                        "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        described(c)
                    ));
                }
                0x2F => {
                    return Err(self.unexpected(
                        "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not \
                         enabled for parser)",
                    ));
                }
                _ => return Ok(Some(u8::try_from(c).unwrap_or(0xFF))),
            }
        }
        Ok(None)
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    fn after_comma(&mut self, c: u8) -> Result<u8, Words> {
        if c != b',' {
            let message = format!("was expecting comma to separate {} entries", self.context());
            return Err(self.unexpected(&message));
        }
        self.within()
    }

    fn after_colon(&mut self) -> Result<u8, Words> {
        if self.within()? != b':' {
            return Err(self.unexpected("was expecting a colon to separate field name and value"));
        }
        self.within()
    }

    /// The next character inside an array or object that does not end here.
    fn within(&mut self) -> Result<u8, Words> {
        self.after_blanks()?.ok_or_else(|| {
            format!(
                "Unexpected end-of-input within/between {} entries",
                self.context()
            )
        })
    }

    /// The rest of a string; `unclosed` is what is said of its missing end, `what` what it is.
    fn string(&mut self, unclosed: &str, what: &str) -> Result<(), Words> {
        loop {
            let Some(c) = self.next() else {
                let blank = if unclosed.starts_with(':') { "" } else { " in " };
                return Err(format!("Unexpected end-of-input{blank}{unclosed}"));
            };
            match c {
                0x22 => return Ok(()),
                0x5C => self.escape()?,
                0..0x20 => {
                    return Err(format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in {what}",
                        described(c)
                    ));
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Result<(), Words> {
        let ended = || "Unexpected end-of-input in character escape sequence".to_owned();
        let c = self.next().ok_or_else(ended)?;
        match u8::try_from(c) {
            Ok(b'"' | b'/' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Ok(b'u') => {
                for _ in 0..4 {
                    let digit = self.next().ok_or_else(ended)?;
                    if !u8::try_from(digit).is_ok_and(|digit| digit.is_ascii_hexdigit()) {
                        return Err(self.unexpected("expected a hex-digit for character escape sequence"));
                    }
                }
                Ok(())
            }
            _ => Err(format!("Unrecognized character escape {}", described(c))),
        }
    }

    /// The rest of `word` from its character `from` on, and nothing that goes on with it.
    fn literal(&mut self, word: &str, from: usize) -> Result<(), Words> {
        for (i, expected) in word.bytes().enumerate().skip(from) {
            if self.text.get(self.at) != Some(&u16::from(expected)) {
                return Err(self.unrecognized(word[..i].to_owned()));
            }
            self.at += 1;
        }
        match self.text.get(self.at) {
            Some(&c) if is_identifier_part(c) => Err(self.unrecognized(word.to_owned())),
            _ => Ok(()),
        }
    }

    /// A token that is none; `read` is what was read of it.
    fn unrecognized(&mut self, mut read: String) -> Words {
        let mut length = read.encode_utf16().count();
        while let Some(&c) = self.text.get(self.at).filter(|&&c| is_identifier_part(c)) {
            self.at += 1;
            read.push(shown(c));
            length += 1;
            if length >= LONGEST_TOKEN {
                read.push_str("...");
                break;
            }
        }
        format!("Unrecognized token '{read}': was expecting {LITERALS}")
    }

    /// The character before this place, where it may not stand.
    fn unexpected(&self, why: &str) -> Words {
        format!(
            "Unexpected character ({}): {why}",
            described(self.text[self.at - 1])
        )
    }

    /// The rest of a number, whose first character was read.
    fn number(&mut self, negative: bool) -> Result<(), Words> {
        let mut c = match negative {
            // Jackson leaves the blank out.
            true => match self.next() {
                None => return Err("Unexpected end-of-inputNo digit following minus sign".to_owned()),
                Some(c) if !is_digit(c) => return self.no_number(c, '-'),
                Some(c) => Some(c),
            },
            false => Some(self.text[self.at - 1]),
        };
        let zero = c == Some(0x30);
        if zero && self.text.get(self.at).copied().is_some_and(is_digit) {
            return Err("Invalid numeric value: Leading zeroes not allowed".to_owned());
        }
        while c.is_some_and(is_digit) {
            c = self.next();
        }
        // Where Jackson says it stopped when a digit is missing further on: numbers with a leading zero and those at the
        // end of the text are read by other code than the rest, and that has gone one further.
        let first_part = self.at;
        let stopped = |reader: &mut Reader, c: Option<u16>| {
            if !zero && c.is_some() {
                reader.at = first_part;
            }
        };
        if c == Some(0x2E) {
            c = self.next();
            if !c.is_some_and(is_digit) {
                let words = number_character(c.unwrap_or(0x2E), "Decimal point not followed by a digit");
                stopped(self, c);
                return Err(words);
            }
            while c.is_some_and(is_digit) {
                c = self.next();
            }
        }
        if matches!(c, Some(0x65 | 0x45)) {
            let ended = || "Unexpected end-of-inputexpected a digit for number exponent".to_owned();
            let mut last = self.next().ok_or_else(ended)?;
            if matches!(last, 0x2B | 0x2D) {
                last = self.next().ok_or_else(ended)?;
            }
            if !is_digit(last) {
                stopped(self, Some(last));
                return Err(number_character(
                    last,
                    "Exponent indicator not followed by a digit",
                ));
            }
            c = Some(last);
            while c.is_some_and(is_digit) {
                c = self.next();
            }
        }
        let Some(c) = c else { return Ok(()) };
        if self.open.is_empty() && !matches!(c, 0x20 | 0x09 | 0x0A | 0x0D) {
            return Err(self.unexpected("Expected space separating root-level values"));
        }
        self.at -= 1;
        Ok(())
    }

    /// What follows a sign is no digit.
    fn no_number(&mut self, mut c: u16, sign: char) -> Result<(), Words> {
        if c == u16::from(b'I') {
            c = match self.next() {
                None => return Err("Unexpected end-of-input in a Number value".to_owned()),
                Some(c) => c,
            };
            let word = match u8::try_from(c) {
                Ok(b'N') => Some(format!("{sign}INF")),
                Ok(b'n') => Some(format!("{sign}Infinity")),
                _ => None,
            };
            if let Some(word) = word {
                self.literal(&word, 3)?;
                return Err(non_standard(&word));
            }
        }
        Err(number_character(
            c,
            "expected digit (0-9) to follow minus sign, for valid numeric value",
        ))
    }

    /// A place in Jackson's form, with the text or its beginning.
    fn place(&self, (line, column): Place) -> String {
        let mut source = String::from("(StringReader)");
        if self.text.len() <= LONGEST_STRING {
            source = String::from("(String)\"");
            let shown = &self.text[..self.text.len().min(SHOWN)];
            for c in char::decode_utf16(shown.iter().copied()) {
                match c.unwrap_or('?') {
                    c @ ('\n' | '\r') => source.push(c),
                    c if c.is_control() => source.push_str(&format!("\\u{:04X}", u32::from(c))),
                    c => source.push(c),
                }
            }
            source.push('"');
            if self.text.len() > SHOWN {
                source.push_str(&format!("[truncated {} chars]", self.text.len() - SHOWN));
            }
        }
        format!("[Source: {source}; line: {line}, column: {column}]")
    }
}

fn non_standard(word: &str) -> Words {
    format!("Non-standard token '{word}': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow")
}

fn number_character(c: u16, why: &str) -> Words {
    format!("Unexpected character ({}) in numeric value: {why}", described(c))
}

fn is_digit(c: u16) -> bool {
    (0x30..=0x39).contains(&c)
}

/// A character of UTF-16 in a message; half of a pair becomes a question mark when Java writes it.
fn shown(c: u16) -> char {
    char::from_u32(u32::from(c)).unwrap_or('?')
}

fn described(c: u16) -> String {
    match char::from_u32(u32::from(c)) {
        Some(control) if control.is_control() => format!("(CTRL-CHAR, code {c})"),
        _ if c > 255 => format!("'{}' (code {c} / 0x{c:x})", shown(c)),
        _ => format!("'{}' (code {c})", shown(c)),
    }
}

/// `Character.isJavaIdentifierStart`, as far as the standard library knows the classes of characters.
fn is_identifier_start(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, '$' | '_' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20c0}' | '\u{203f}' | '\u{2040}')
}

/// `Character.isJavaIdentifierPart`, likewise.
fn is_identifier_part(c: u16) -> bool {
    let ignorable = matches!(c, 0..=0x08 | 0x0E..=0x1B | 0x7F..=0x9F | 0xAD | 0x200B..=0x200F | 0xFEFF);
    ignorable || char::from_u32(u32::from(c)).is_some_and(|c| is_identifier_start(c) || c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words for `text`, and the line and column.
    fn said(text: &str) -> (String, String) {
        let refusal = refusal(text).unwrap_or_else(|| panic!("{text} is taken"));
        let (_, at) = refusal.place.rsplit_once("; ").unwrap();
        (refusal.words, at.trim_end_matches(']').to_owned())
    }

    #[test]
    fn the_whole_answer_is_framed_as_recorded() {
        let refusal = refusal("not a definition").unwrap();
        assert_eq!(
            refusal.message(),
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')\n at [Source: (String)\"not a definition\"; line: 1, column: 4]"
        );
        assert_eq!(
            refusal.place,
            "[Source: (String)\"not a definition\"; line: 1, column: 4]"
        );
    }

    #[test]
    fn each_mistake_has_its_words_and_its_column() {
        let start = "start marker at [Source: (String)\"";
        for (text, words, line, column) in [
            // The column stands behind the character that was read.
            (
                "{\"a\": 1,}",
                "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
                1,
                10,
            ),
            (
                "{\n  \"a\": 1,\n}",
                "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
                3,
                2,
            ),
            (
                "{'a': 1}",
                "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
                1,
                3,
            ),
            (
                "{a: 1}",
                "Unexpected character ('a' (code 97)): was expecting double-quote to start field name",
                1,
                3,
            ),
            (
                "{\"a\" 1}",
                "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
                1,
                7,
            ),
            (
                "{\"a\": 1 \"b\": 2}",
                "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
                1,
                10,
            ),
            (
                "{\"a\": [1 2]}",
                "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
                1,
                11,
            ),
            (
                "{\"a\": }",
                "Unexpected character ('}' (code 125)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                8,
            ),
            (
                "{\"a\": [1,]}",
                "Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                11,
            ),
            (
                "[1,}",
                "Unexpected character ('}' (code 125)): expected a value",
                1,
                5,
            ),
            (
                "{\"a\": 'x'}",
                "Unexpected character (''' (code 39)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                8,
            ),
            (
                "{\"a\": True}",
                "Unrecognized token 'True': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                11,
            ),
            (
                "{\"a\": nullx}",
                "Unrecognized token 'nullx': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                12,
            ),
            (
                "{\"a\": NaN}",
                "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
                1,
                10,
            ),
            (
                "{\"a\": -Infinity}",
                "Non-standard token '-Infinity': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
                1,
                16,
            ),
            (
                "{\"a\": // b\n1}",
                "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
                1,
                8,
            ),
            (
                "{ # b\n}",
                "Unexpected character ('#' (code 35)): was expecting double-quote to start field name",
                1,
                4,
            ),
            (
                "{\"a\": \"b\nc\"}",
                "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value",
                1,
                10,
            ),
            (
                "{\"a\tb\": 1}",
                "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in name",
                1,
                5,
            ),
            (
                "{\"a\": \"\\d\"}",
                "Unrecognized character escape 'd' (code 100)",
                1,
                10,
            ),
            (
                "{\"a\": \"\\u12x4\"}",
                "Unexpected character ('x' (code 120)): expected a hex-digit for character escape sequence",
                1,
                13,
            ),
            (
                "{\u{c}}",
                "Illegal character ((CTRL-CHAR, code 12)): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                1,
                3,
            ),
            (
                "{\u{a0}}",
                "Unexpected character ('\u{a0}' (code 160)): was expecting double-quote to start field name",
                1,
                3,
            ),
            (
                "{\u{201c}a\u{201d}: 1}",
                "Unexpected character ('\u{201c}' (code 8220 / 0x201c)): was expecting double-quote to start field name",
                1,
                3,
            ),
            // Numbers: here the column is that of the character, but behind it after a leading zero.
            (
                "{\"a\": 01}",
                "Invalid numeric value: Leading zeroes not allowed",
                1,
                8,
            ),
            (
                "{\"a\": 1.x}",
                "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit",
                1,
                9,
            ),
            (
                "{\"a\": 0.x}",
                "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit",
                1,
                10,
            ),
            (
                "{\"a\": 1ex}",
                "Unexpected character ('x' (code 120)) in numeric value: Exponent indicator not followed by a digit",
                1,
                9,
            ),
            (
                "{\"a\": -x}",
                "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
                1,
                9,
            ),
            (
                "{\"a\": +1}",
                "Unexpected character ('1' (code 49)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
                1,
                9,
            ),
            (
                "{\"a\": .5}",
                "Unexpected character ('.' (code 46)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1,
                8,
            ),
            (
                "{\"a\": 0x1F}",
                "Unexpected character ('x' (code 120)): was expecting comma to separate Object entries",
                1,
                9,
            ),
            (
                "12ab",
                "Unexpected character ('a' (code 97)): Expected space separating root-level values",
                1,
                4,
            ),
            (
                "{\"a\"",
                "Unexpected end-of-input within/between Object entries",
                1,
                5,
            ),
            (
                "{\"a\": 1,\n",
                "Unexpected end-of-input within/between Object entries",
                2,
                1,
            ),
            ("{\"a", "Unexpected end-of-input in field name", 1, 4),
            (
                "{\"a\": \"b",
                "Unexpected end-of-input: was expecting closing quote for a string value",
                1,
                9,
            ),
            (
                "{\"a\": \"\\",
                "Unexpected end-of-input in character escape sequence",
                1,
                9,
            ),
        ] {
            assert_eq!(
                said(text),
                (words.to_owned(), format!("line: {line}, column: {column}")),
                "{text}"
            );
        }
        for (text, words) in [
            (
                "{\n \"a\": [1",
                format!("Unexpected end-of-input: expected close marker for Array ({start}{{\n \"a\": [1\"; line: 2, column: 7])"),
            ),
            (
                "{\"a\": 1]",
                "Unexpected close marker ']': expected '}' (for Object starting at [Source: (String)\"{\"a\": 1]\"; line: 1, column: 1])".to_owned(),
            ),
            (
                "}",
                "Unexpected close marker '}': expected ']' (for root starting at [Source: (String)\"}\"; line: 1, column: 0])".to_owned(),
            ),
        ] {
            assert_eq!(said(text).0, words, "{text}");
        }
    }

    #[test]
    fn lines_end_as_java_ends_them_and_columns_count_utf_16() {
        assert_eq!(said("{\r\n\"\u{1f600}\" x").1, "line: 2, column: 7");
        assert_eq!(said("{\r\"a\" x").1, "line: 2, column: 6");
    }

    #[test]
    fn a_long_text_is_cut_and_a_longer_one_not_shown() {
        let text = format!("{{\"a\": \"{}\",}}", "\u{e9}".repeat(600));
        let place = refusal(&text).unwrap().place;
        let beginning: String = text.chars().take(500).collect();
        assert_eq!(
            place,
            format!("[Source: (String)\"{beginning}\"[truncated 110 chars]; line: 1, column: 611]")
        );
        let text = format!("{{\"a\": \"{}\",}}", "x".repeat(0x8000));
        assert_eq!(
            refusal(&text).unwrap().place,
            "[Source: (StringReader); line: 1, column: 32779]"
        );
        let place = refusal("{\t\"a\" x").unwrap().place;
        assert_eq!(place, "[Source: (String)\"{\\u0009\"a\" x\"; line: 1, column: 8]");
        let token = refusal(&format!("[{}]", "y".repeat(300))).unwrap().words;
        assert!(
            token.starts_with(&format!("Unrecognized token '{}...': ", "y".repeat(256))),
            "{token}"
        );
    }

    #[test]
    fn what_jackson_takes_is_left_to_our_own_words() {
        for text in ["{} {", "{\"a\": \"\\ud83d\"}", "[1e999]", "\"x\" y", "", " \n"] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }
}
