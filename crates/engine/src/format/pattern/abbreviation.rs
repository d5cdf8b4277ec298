use super::digits::Digits;

/// The suffix without its `A`, which stands alone behind the digits: no letter follows it.
pub(super) fn without_mark(suffix: &str) -> Option<String> {
    let at = suffix.len() - suffix.trim_start().len();
    let rest = suffix[at..].strip_prefix('A')?;
    (!rest.starts_with(char::is_alphabetic)).then(|| format!("{}{rest}", &suffix[..at]))
}

/// The number in units of the largest abbreviation that leaves a digit before the decimal separator, and its letter.
pub(super) fn abbreviate(num: f64, digits: &Digits, abbreviations: &str) -> (f64, String) {
    let mut steps: Vec<(i32, &str)> = abbreviations
        .split(';')
        .filter_map(|entry| {
            let (exponent, letter) = entry.split_once(':')?;
            Some((exponent.trim().parse().ok()?, letter))
        })
        .filter(|(exponent, _)| (-300..=300).contains(exponent))
        .collect();
    steps.push((0, ""));
    steps.sort_by_key(|(exponent, _)| *exponent);
    if num == 0.0 {
        return (num, String::new());
    }
    let in_units = |exponent: i32| num / 10f64.powi(exponent);
    let mut chosen = steps
        .iter()
        .rposition(|(exponent, _)| num >= 10f64.powi(*exponent))
        .unwrap_or(0);
    // 999.99 k is 1 M once it is rounded.
    if let Some((above, _)) = steps.get(chosen + 1)
        && digits.rounded(in_units(steps[chosen].0)) >= 10f64.powi(above - steps[chosen].0)
    {
        chosen += 1;
    }
    let (exponent, letter) = steps[chosen];
    (in_units(exponent), letter.to_owned())
}
