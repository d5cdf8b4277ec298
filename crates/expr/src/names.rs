/// Aggregation functions in lower case and in order, so that they can be searched.
const AGGREGATIONS: &[&str] = &[
    "avg",
    "concat",
    "correl",
    "count",
    "firstsortedvalue",
    "fractile",
    "fractileexc",
    "irr",
    "kurtosis",
    "linest_b",
    "linest_df",
    "linest_f",
    "linest_m",
    "linest_r2",
    "linest_seb",
    "linest_sem",
    "linest_sey",
    "linest_ssreg",
    "linest_ssresid",
    "max",
    "maxstring",
    "median",
    "min",
    "minstring",
    "missingcount",
    "mode",
    "npv",
    "nullcount",
    "numericcount",
    "only",
    "skew",
    "stdev",
    "stdevp",
    "sterr",
    "steyx",
    "sum",
    "textcount",
    "var",
    "varp",
    "xirr",
    "xnpv",
];

/// Inter-record and ranking functions in lower case and in order: no aggregations, but they take `TOTAL`.
const WITH_TOTAL: &[&str] = &[
    "above",
    "after",
    "before",
    "below",
    "bottom",
    "columnno",
    "first",
    "hrank",
    "last",
    "noofcolumns",
    "noofrows",
    "rank",
    "rowno",
    "top",
    "vrank",
];

/// Functions that take `TOTAL` and nothing else, in lower case and in order.
const TOTAL_ALONE: &[&str] = &["columnno", "noofcolumns", "noofrows", "rowno"];

/// Whether a function of this name, in any case, aggregates records.
#[must_use]
pub fn is_aggregation(name: &str) -> bool {
    contains(AGGREGATIONS, name)
}

/// Whether a function of this name, in any case, is no aggregation but takes the qualifier `TOTAL`.
#[must_use]
pub fn takes_total(name: &str) -> bool {
    contains(WITH_TOTAL, name)
}

/// Whether `TOTAL` may be all that stands in the brackets, where elsewhere it would be a field of that name.
pub(crate) fn takes_total_alone(name: &str) -> bool {
    contains(TOTAL_ALONE, name)
}

/// The known aggregation functions in lower case, in order.
#[must_use]
pub fn aggregation_names() -> &'static [&'static str] {
    AGGREGATIONS
}

fn contains(names: &[&str], name: &str) -> bool {
    names.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_lists_are_sorted_so_that_the_search_finds_every_name() {
        assert!(AGGREGATIONS.is_sorted() && WITH_TOTAL.is_sorted());
        assert!(AGGREGATIONS.iter().all(|name| is_aggregation(name)));
        assert!(
            WITH_TOTAL
                .iter()
                .all(|name| takes_total(name) && !is_aggregation(name))
        );
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert!(is_aggregation("SUM") && is_aggregation("FirstSortedValue") && takes_total("RowNo"));
        assert!(!is_aggregation("RangeSum") && !is_aggregation("") && !takes_total("sum"));
    }
}
