//! Did-you-mean: the known names nearest to a misspelt one.

/// The candidates near `name`, nearest first, at most `limit`. Nothing is returned rather than something far off:
/// a candidate may differ by a third of the name's length at most.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let most = (name.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most * 4)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort();
    near.truncate(limit);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_comes_first_and_strangers_do_not_come() {
        let names = ["rest.port", "rest.address", "rest.bind-port", "parallelism.default"];
        assert_eq!(nearest("rest.prot", names, 3), ["rest.port"]);
        assert!(nearest("completely-unlike", names, 3).is_empty());
    }
}
