//! The functions of both languages for people: what they take, and a sentence on what they give. Which functions there are
//! is the engines' to say; a test fails where one is missing here.

/// A function: its name, its arguments and what it gives.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// The intrinsic functions of JSONPath [Intrinsic functions for JSONPath states].
pub(super) const INTRINSIC: [Row; 18] = [
    ("States.Array", "value, ...", "A list of the arguments."),
    (
        "States.ArrayPartition",
        "array, size",
        "The list cut into lists of so many items.",
    ),
    (
        "States.ArrayContains",
        "array, value",
        "Whether the list has an item equal to the value.",
    ),
    (
        "States.ArrayRange",
        "first, last, step",
        "The numbers from the first to the last, step by step.",
    ),
    (
        "States.ArrayGetItem",
        "array, index",
        "The item of the list at the index, from 0.",
    ),
    ("States.ArrayLength", "array", "How many items the list has."),
    (
        "States.ArrayUnique",
        "array",
        "The list without items that it has already.",
    ),
    ("States.Base64Encode", "text", "The text in Base64."),
    (
        "States.Base64Decode",
        "text",
        "The text that was encoded in Base64.",
    ),
    (
        "States.Hash",
        "data, algorithm",
        "The hash of the data: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
    ),
    (
        "States.JsonMerge",
        "object1, object2, false",
        "One object of two; of members in both, the second's.",
    ),
    (
        "States.StringToJson",
        "text",
        "The value that the JSON text stands for.",
    ),
    ("States.JsonToString", "value", "The value as a JSON text."),
    (
        "States.MathRandom",
        "from, to, seed",
        "A random integer from the first number up to, not including, the second; the seed may be left out.",
    ),
    ("States.MathAdd", "a, b", "The sum of two integers."),
    (
        "States.StringSplit",
        "text, separators",
        "The parts of the text between characters that are separators.",
    ),
    ("States.UUID", "", "A random UUID."),
    (
        "States.Format",
        "template, value, ...",
        "The template with each {} replaced by the next value.",
    ),
];

/// The functions of JSONata, with those that Step Functions adds [Transforming data with JSONata in Step Functions; JSONata
/// Documentation: Functions].
pub(super) const JSONATA: [Row; 71] = [
    ("abs", "number", "The number without its sign."),
    (
        "append",
        "array1, array2",
        "The items of the first list, then those of the second.",
    ),
    (
        "assert",
        "condition, message",
        "Fails with the message unless the condition is true.",
    ),
    ("average", "array", "The mean of the numbers."),
    ("base64decode", "text", "The text that was encoded in Base64."),
    ("base64encode", "text", "The text in Base64."),
    ("boolean", "value", "The value as a boolean."),
    ("ceil", "number", "The number rounded up."),
    ("clone", "value", "A copy of the value."),
    (
        "contains",
        "text, pattern",
        "Whether the text has the pattern in it.",
    ),
    ("count", "array", "How many items the list has."),
    ("decodeUrl", "url", "The URL with its escapes undone."),
    (
        "decodeUrlComponent",
        "text",
        "The part of a URL with its escapes undone.",
    ),
    ("distinct", "array", "The list without items that it has already."),
    (
        "each",
        "object, function",
        "What the function gives for each value and name of the object.",
    ),
    ("encodeUrl", "url", "The URL with escapes."),
    (
        "encodeUrlComponent",
        "text",
        "The text with escapes, as a part of a URL.",
    ),
    ("error", "message", "Fails with the message."),
    ("exists", "value", "Whether there is such a value."),
    (
        "filter",
        "array, function",
        "The items for which the function gives true.",
    ),
    ("floor", "number", "The number rounded down."),
    (
        "foldLeft",
        "array, function, init",
        "The items put together by the function, one after the other.",
    ),
    ("formatBase", "number, radix", "The number as a text to a base."),
    (
        "formatInteger",
        "number, picture",
        "The integer as a text of the picture.",
    ),
    (
        "formatNumber",
        "number, picture, options",
        "The number as a text of the picture.",
    ),
    (
        "fromMillis",
        "number, picture, timezone",
        "The time that is so many milliseconds after 1970, as a text.",
    ),
    (
        "hash",
        "data, algorithm",
        "The hash of the data: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
    ),
    ("join", "array, separator", "The texts of the list as one."),
    ("keys", "object", "The names of the object's members."),
    ("length", "text", "How many characters the text has."),
    ("lookup", "object, key", "The value of the member of that name."),
    ("lowercase", "text", "The text in small letters."),
    ("map", "array, function", "What the function gives for each item."),
    (
        "match",
        "text, pattern, limit",
        "Where the text matches the pattern, and what.",
    ),
    ("max", "array", "The greatest of the numbers."),
    (
        "merge",
        "array",
        "One object of all in the list; of members in several, the last one's.",
    ),
    (
        "millis",
        "",
        "The time of the evaluation, in milliseconds after 1970.",
    ),
    ("min", "array", "The smallest of the numbers."),
    ("not", "value", "The opposite of the value as a boolean."),
    (
        "now",
        "picture, timezone",
        "The time of the evaluation, as a text.",
    ),
    ("number", "value", "The value as a number."),
    (
        "pad",
        "text, width, char",
        "The text filled up to so many characters: on the right, or with a negative width on the left.",
    ),
    ("parse", "text", "The value that the JSON text stands for."),
    (
        "parseInteger",
        "text, picture",
        "The integer that the text of the picture stands for.",
    ),
    (
        "partition",
        "array, size",
        "The list cut into lists of so many items.",
    ),
    (
        "power",
        "base, exponent",
        "The base to the power of the exponent.",
    ),
    (
        "random",
        "seed",
        "A random number from 0 up to, not including, 1; the seed may be left out.",
    ),
    (
        "range",
        "first, last, step",
        "The numbers from the first to the last, step by step.",
    ),
    (
        "reduce",
        "array, function, init",
        "The items put together by the function, one after the other.",
    ),
    (
        "replace",
        "text, pattern, replacement, limit",
        "The text with what matches the pattern replaced.",
    ),
    ("reverse", "array", "The items from the last to the first."),
    (
        "round",
        "number, precision",
        "The number rounded to so many places; halves to the even one.",
    ),
    ("shuffle", "array", "The items in a random order."),
    (
        "sift",
        "object, function",
        "The members for which the function gives true.",
    ),
    (
        "single",
        "array, function",
        "The one item for which the function gives true.",
    ),
    (
        "sort",
        "array, function",
        "The items in order; the function says whether two are to change places.",
    ),
    (
        "split",
        "text, separator, limit",
        "The parts of the text between separators.",
    ),
    ("spread", "object", "A list of objects with one member each."),
    ("sqrt", "number", "The square root of the number."),
    (
        "string",
        "value, prettify",
        "The value as a text: a string as it is, all else as JSON.",
    ),
    (
        "substring",
        "text, start, length",
        "The part of the text from a character on, from 0.",
    ),
    (
        "substringAfter",
        "text, chars",
        "What stands behind the first such characters.",
    ),
    (
        "substringBefore",
        "text, chars",
        "What stands before the first such characters.",
    ),
    ("sum", "array", "The sum of the numbers."),
    (
        "toMillis",
        "timestamp, picture",
        "The time in milliseconds after 1970.",
    ),
    ("trim", "text", "The text without white space around it."),
    (
        "type",
        "value",
        "The type of the value: string, number, boolean, array, object, null or function.",
    ),
    ("uppercase", "text", "The text in capital letters."),
    ("uuid", "", "A random UUID."),
    (
        "zip",
        "array1, ...",
        "Lists of the first items, of the second items, and so on.",
    ),
    (
        "eval",
        "expression, context",
        "Evaluates a text as JSONata. Step Functions does not have it.",
    ),
];

/// The intrinsic function `name`, `States.` included.
pub(super) fn intrinsic(name: &str) -> Option<&'static Row> {
    INTRINSIC.iter().find(|row| row.0 == name)
}

/// The function of JSONata `name`, without its `$`.
pub(super) fn jsonata(name: &str) -> Option<&'static Row> {
    JSONATA.iter().find(|row| row.0 == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::intrinsic::FUNCTIONS;
    use crate::expr::jsonata::{arity, function_names};

    #[test]
    fn every_function_is_here_with_as_many_arguments_as_it_takes() {
        for function in FUNCTIONS {
            let (_, arguments, _) = intrinsic(function.name).expect(function.name);
            let count = count(arguments);
            assert!(
                function.max_arguments.is_none_or(|most| most == count),
                "{}",
                function.name
            );
        }
        for name in function_names() {
            let (_, arguments, _) = jsonata(name).unwrap_or_else(|| panic!("no {name}"));
            let most = arity(name).and_then(|arity| arity.most);
            assert!(
                most.is_none_or(|most| most == count(arguments)),
                "{name} {most:?}"
            );
        }
    }

    fn count(arguments: &str) -> usize {
        arguments
            .split(", ")
            .filter(|argument| !argument.is_empty())
            .count()
    }
}
