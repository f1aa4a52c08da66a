//! Two names of which one is likely a slip of the pen for the other.

use rustc_hash::FxHashSet;

/// Shorter names are too often near each other by chance, but for a letter that is doubled: `eror`.
const LEAST: usize = 5;
/// Nobody mistypes longer ones, and each letter costs a copy.
const MOST: usize = 100;

/// Whether one of two names is likely the other, mistyped: they differ in the case of their letters, or by one letter too
/// many, one too few or two swapped inside a word. What ends or begins a word makes another one, such as a plural, and
/// so does another letter: `state` is no slip for `stage`.
pub(super) fn is_slip(a: &str, b: &str) -> bool {
    if a == b {
        return false;
    }
    if a.eq_ignore_ascii_case(b) {
        return a.len() > 1;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let is_doubled = same > 0 && long.get(same) == long.get(same - 1);
    if short.len() < LEAST - usize::from(is_doubled) || long.len() > MOST {
        return false;
    }
    match long.len() - short.len() {
        1 => short[same..] == long[same + 1..] && is_inside(&long, same),
        0 => {
            let swapped = same + 1 < long.len()
                && (short[same], short[same + 1]) == (long[same + 1], long[same])
                && short[same + 2..] == long[same + 2..];
            swapped && is_inside(&long, same) && is_inside(&short, same) && is_letter(long[same + 1])
        }
        _ => false,
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase()
}

/// Whether the letter at `at` has others of its word before and behind it.
fn is_inside(name: &[char], at: usize) -> bool {
    let letter = |at: usize| name.get(at).copied().is_some_and(is_letter);
    let before = at.checked_sub(1).and_then(|before| name.get(before));
    before.is_some_and(char::is_ascii_alphabetic) && letter(at) && letter(at + 1)
}

/// Whether any two of `names` are slips for each other; quick, also where there are many. What a slip makes of a name is
/// looked up among the others: comparing each with each would take longer than all the other rules.
pub(super) fn has_slips(names: &FxHashSet<&str>) -> bool {
    let mut lower = FxHashSet::default();
    let mut made = String::new();
    let is_there = |name: &str, made: &str| {
        let other = names.get(made);
        other.is_some_and(|other| is_slip(name, other))
    };
    names.iter().any(|name| {
        if name.len() > 1 && !lower.insert(name.to_ascii_lowercase()) {
            return true;
        }
        if name.len() < LEAST || name.len() > 4 * MOST {
            return false;
        }
        // Both kinds of slips are told by a lowercase letter of ASCII that has letters around it.
        name.as_bytes().windows(3).zip(0..).any(|(around, at)| {
            if !around[0].is_ascii_alphabetic()
                || !is_letter(around[1].into())
                || !is_letter(around[2].into())
            {
                return false;
            }
            let [before, behind] = [&name[..=at], &name[at + 2..]];
            made.clear();
            made.push_str(before);
            made.push_str(behind);
            if is_there(name, &made) {
                return true;
            }
            made.truncate(before.len());
            made.push_str(&behind[..1]);
            made.push_str(&name[at + 1..at + 2]);
            made.push_str(&behind[1..]);
            is_there(name, &made)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_inside_of_words() {
        for (a, b) in [
            ("aproval", "approval"),
            ("eror", "error"),
            ("orderID", "orderId"),
            ("adress", "address"),
            ("custoemrId", "customerId"),
            ("quantiity", "quantity"),
            ("order_addres_id", "order_address_id"),
        ] {
            let expected = a != "order_addres_id";
            assert_eq!((is_slip(a, b), is_slip(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn other_words_are_no_slips() {
        for (a, b) in [
            ("order", "orders"),
            ("userIds", "usersIds"),
            ("updateAt", "updatedAt"),
            ("state", "stage"),
            ("content", "context"),
            ("item1", "item2"),
            ("startX", "startY"),
            ("min", "main"),
            ("oder", "order"),
            ("to", "too"),
            ("god", "good"),
            ("from", "form"),
            ("x", "X"),
            ("aAmount", "amount"),
            ("same", "same"),
            ("b1234a", "b1243a"),
        ] {
            assert!(!is_slip(a, b) && !is_slip(b, a), "{a} {b}");
        }
    }

    #[test]
    fn a_slip_among_many_names_is_seen() {
        let many: Vec<String> = (0..500).map(|number| format!("member{number}")).collect();
        let mut names: FxHashSet<&str> = many.iter().map(String::as_str).collect();
        names.insert("approval");
        assert!(!has_slips(&names));
        names.insert("apporval");
        assert!(has_slips(&names));
    }

    #[test]
    fn two_names_have_a_slip_where_they_are_one() {
        let names = [
            "approval",
            "aproval",
            "apporval",
            "approvval",
            "Approval",
            "APPROVAL",
            "approvals",
            "x",
            "X",
            "id",
            "ID",
            "order",
            "oder",
            "ordre",
            "ordder",
            "größe",
            "größse",
            "grösßabc",
            "grsößabc",
            "a_b_cde",
            "a_b_ced",
            "ab_dcef",
            "ab_cdef",
            "item1",
            "item2",
            "abc1def",
            "abcdef",
            "user Name",
            "user  Name",
            "",
        ];
        for one in names {
            for other in names {
                let both: FxHashSet<&str> = [one, other].into_iter().collect();
                assert_eq!(has_slips(&both), is_slip(one, other), "{one} {other}");
            }
        }
    }
}
