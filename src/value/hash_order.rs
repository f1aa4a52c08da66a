//! The order in which Step Functions writes members that it has put together in a map of its own: that of Java's
//! `HashMap` (java.util.HashMap: 16 buckets, twice as many once they are filled to three quarters; String.hashCode).
//!
//! AWS tells nobody, and a program that reads the JSON text need not care. But every payload that AWS shows is written so
//! (recorded by AWS, and [Call HTTPS APIs in Step Functions]), and texts are compared, hashed and signed.

use crate::arrange::Arrange as _;

/// The indexes of `keys`, which are all different, in the order in which the map gives them.
pub fn hash_order<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<usize> {
    let hashes: Vec<u32> = keys.into_iter().map(spread).collect();
    let mut buckets = 16;
    while hashes.len() > buckets / 4 * 3 {
        buckets *= 2;
    }
    let mut order: Vec<usize> = (0..hashes.len()).collect();
    // Those of one bucket stay in the order in which they came.
    order.arrange_by_key(|&index| hashes[index] as usize & (buckets - 1));
    order
}

/// A key's hash as the map has it.
fn spread(key: &str) -> u32 {
    let units = key.encode_utf16();
    let hash = units.fold(0_u32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(u32::from(unit))
    });
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(keys: &[&'static str]) -> Vec<&'static str> {
        hash_order(keys.iter().copied())
            .into_iter()
            .map(|index| keys[index])
            .collect()
    }

    /// Worked out by hand: of a single letter the hash is its code, and 'a' is 97, 6 * 16 + 1.
    #[test]
    fn keys_come_by_their_buckets() {
        assert_eq!(ordered(&["d", "b", "p", "a", "c"]), ["p", "a", "b", "c", "d"]);
        // 'q' (113) falls into the bucket of 'a', behind what came first.
        assert_eq!(ordered(&["q", "a"]), ["q", "a"]);
        assert_eq!(ordered(&["a", "q"]), ["a", "q"]);
        assert_eq!(ordered(&[]), [""; 0]);
    }

    /// With the thirteenth key there are 32 buckets: 'q' is in one of its own then, and 'p' no longer before 'a'.
    #[test]
    fn buckets_grow_with_the_keys() {
        let mut keys = vec!["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "q", "p"];
        assert_eq!(
            ordered(&keys),
            ["p", "a", "q", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
        );
        keys.push("k");
        assert_eq!(
            ordered(&keys),
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "p", "q"]
        );
    }

    /// "Aa" and "BB" have one hash, 2112: 65 * 31 + 97 and 66 * 31 + 66.
    #[test]
    fn the_hash_is_that_of_java() {
        assert_eq!((spread("Aa"), spread("BB")), (2112, 2112));
        // Two units outside of the Basic Multilingual Plane: 0xD83D * 31 + 0xDE00.
        assert_eq!(spread("\u{1F600}"), 0x1B_0D63 ^ 0x1B);
    }
}
