//! Lists in pages. A token says behind which item the next page begins; it is bound to the call that gave it, and what is
//! made or deleted meanwhile moves nothing.

use crate::arrange::Arrange as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What orders a list: a date and a number, or numbers alone.
pub(in crate::serve) type Key = (i64, u64);

/// What the caller wants of a list.
#[derive(Debug, Clone, Copy)]
pub(in crate::serve) struct Wanted<'a> {
    /// The operation and the members of the request that choose the list.
    pub(in crate::serve) scope: &'a [&'a str],
    /// `maxResults`: 0 means 100 [API ListExecutions].
    pub(in crate::serve) most: Option<u64>,
    /// `nextToken`
    pub(in crate::serve) token: Option<&'a str>,
}

/// No token of ours, or one of another call.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::serve) struct BadToken;

/// Cuts lists into pages.
#[derive(Debug)]
pub(in crate::serve) struct Pages {
    seed: u64,
}

impl Pages {
    /// The pages of a server with that seed.
    pub(in crate::serve) fn new(seed: u64) -> Pages {
        Pages { seed }
    }

    /// The page that is wanted of a list, and the token of the next. Whatever order the items come in, those of a page stand
    /// in ascending or descending order; only they are sorted.
    ///
    /// # Errors
    /// When the token is none of this list.
    pub(in crate::serve) fn cut<T>(
        &self,
        wanted: Wanted<'_>,
        descending: bool,
        mut items: Vec<(Key, T)>,
    ) -> Result<(Vec<T>, Option<String>), BadToken> {
        if let Some(token) = wanted.token {
            let last = self.read(token, wanted.scope)?;
            items.retain(|(key, _)| match descending {
                true => *key < last,
                false => *key > last,
            });
        }
        let order = |(a, _): &(Key, T), (b, _): &(Key, T)| match descending {
            true => b.cmp(a),
            false => a.cmp(b),
        };
        let most = wanted.most.filter(|most| *most > 0).unwrap_or(100);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = items.len() > most;
        if more {
            items.select_nth_unstable_by(most, order);
            items.truncate(most);
        }
        let mut page = items;
        page.arrange_by(order);
        let token = match page.last() {
            Some((key, _)) if more => Some(self.write(*key, wanted.scope)),
            _ => None,
        };
        Ok((page.into_iter().map(|(_, item)| item).collect(), token))
    }

    fn write(&self, key: Key, scope: &[&str]) -> String {
        let mut bytes = [key.0.to_be_bytes(), key.1.to_be_bytes()].concat();
        bytes.extend(self.seal(&bytes, scope));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, token: &str, scope: &[&str]) -> Result<Key, BadToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
        let (key, seal) = bytes.split_at_checked(16).ok_or(BadToken)?;
        if seal != self.seal(key, scope) {
            return Err(BadToken);
        }
        let number = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes).unwrap_or_default();
        Ok((number(&key[..8]) as i64, number(&key[8..])))
    }

    fn seal(&self, key: &[u8], scope: &[&str]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(key);
        for part in scope {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize()[..16].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted<'a>(scope: &'a [&'a str], most: u64, token: Option<&'a str>) -> Wanted<'a> {
        Wanted {
            scope,
            most: Some(most),
            token,
        }
    }

    fn list(numbers: &[u64]) -> Vec<(Key, u64)> {
        numbers.iter().map(|number| ((0, *number), *number)).collect()
    }

    #[test]
    fn pages_go_on_behind_the_last_item_whatever_happened_meanwhile() {
        let pages = Pages::new(1);
        let (page, token) = pages
            .cut(wanted(&["A"], 2, None), false, list(&[1, 2, 3, 4]))
            .expect("a page");
        assert_eq!(page, [1, 2]);
        // 2 was deleted, 5 was made.
        let next = wanted(&["A"], 2, token.as_deref());
        let (page, token) = pages.cut(next, false, list(&[1, 3, 4, 5])).expect("a page");
        assert_eq!(page, [3, 4]);
        let next = wanted(&["A"], 0, token.as_deref());
        assert_eq!(pages.cut(next, false, list(&[3, 4, 5])), Ok((vec![5], None)));
    }

    #[test]
    fn newest_first_what_is_newer_does_not_come_twice() {
        let pages = Pages::new(1);
        let (page, token) = pages
            .cut(wanted(&["A"], 2, None), true, list(&[2, 4, 1, 3]))
            .expect("a page");
        assert_eq!(page, [4, 3]);
        let next = wanted(&["A"], 2, token.as_deref());
        assert_eq!(
            pages.cut(next, true, list(&[1, 2, 3, 4, 5])),
            Ok((vec![2, 1], None))
        );
    }

    #[test]
    fn a_token_is_bound_to_its_call() {
        let pages = Pages::new(1);
        let (_, token) = pages
            .cut(wanted(&["A", "x"], 1, None), false, list(&[1, 2]))
            .expect("a page");
        for (pages, scope, token) in [
            (&pages, ["A", "y"], token.as_deref()),
            (&pages, ["Ax", ""], token.as_deref()),
            (&Pages::new(2), ["A", "x"], token.as_deref()),
            (&pages, ["A", "x"], Some("abc")),
            (&pages, ["A", "x"], Some("")),
            (&pages, ["A", "x"], Some("é")),
        ] {
            assert_eq!(
                pages.cut(wanted(&scope, 1, token), false, list(&[1, 2])),
                Err(BadToken)
            );
        }
    }
}
