//! The name that was likely meant.

/// The candidate nearest to `name`, if one is near: letter case aside, at most a quarter of the letters differ (one at
/// least, and none in names of one or two letters). Of two equally near ones the first counts; `name` itself never does.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let length = folded.chars().count();
    // A longer name than any that somebody mistypes; the distance costs the product of the lengths.
    if length > 200 {
        return None;
    }
    let limit = if length < 3 { 0 } else { (length / 4).max(1) };
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.len().abs_diff(name.len()) <= 4 * limit)
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["Resource", "ResultPath", "Next", "End", "A"];
        assert_eq!(nearest("Resorce", names), Some("Resource"));
        assert_eq!(nearest("resource", names), Some("Resource"));
        assert_eq!(nearest("Nxet", names), Some("Next"));
        assert_eq!(nearest("B", names), None);
        assert_eq!(nearest("a", names), Some("A"));
        assert_eq!(
            nearest("CreateBackorder", ["RejectOrder", "NotifyOutOfStock"]),
            None
        );
        assert_eq!(nearest("Next", names), None);
    }
}
