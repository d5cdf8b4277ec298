//! What a person does in an app, and what they know of their selections.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::link::{Failed, Link};
use crate::dice::Dice;

/// Two fields whose values all go together, so that no choice in one excludes a value of the other; with the number of
/// their values and the session object that lists them.
const FIELDS: [(&str, usize, &str); 2] = [("Month", 12, "soak-month"), ("Origin", 3, "soak-origin")];
const CHART: &str = "departures-by-carrier";

/// Element numbers that are selected, by field.
pub type Picked = [BTreeSet<u64>; 2];

/// What a person knows of their selections.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What the server acknowledged last.
    pub acknowledged: Picked,
    /// What was asked for after that, and not answered. It may have come about or not.
    pub sent: Option<Picked>,
}

impl Known {
    /// Whether the server may show these selections.
    pub fn allows(&self, found: &Picked) -> bool {
        self.acknowledged == *found || self.sent.as_ref() == Some(found)
    }

    /// The server's word ends all doubt.
    pub fn adopt(&mut self, found: Picked) {
        *self = Self {
            acknowledged: found,
            sent: None,
        };
    }
}

/// The open app on one connection.
#[derive(Debug)]
pub struct App {
    fields: [i64; 2],
    lists: [i64; 2],
    chart: i64,
}

/// What took place, for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Select(usize),
    Clear,
    List(usize),
    Chart,
}

impl Act {
    /// Looks as often as it selects; clears now and then.
    pub fn any(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..30 => Self::Select(0),
            30..45 => Self::Select(1),
            45..55 => Self::Clear,
            55..70 => Self::List(0),
            70..75 => Self::List(1),
            _ => Self::Chart,
        }
    }

    /// What it is called in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select(_) => "select",
            Self::Clear => "clear",
            Self::List(_) => "list's layout",
            Self::Chart => "chart's layout",
        }
    }
}

impl App {
    /// Opens the app, and finds or makes what the person uses, as enigma.js does when it resumes.
    pub async fn open(link: &mut Link, app: &str) -> Result<Self, Failed> {
        let doc = handle(&link.call(-1, "OpenDoc", json!([app])).await?)?;
        let mut fields = [0; 2];
        let mut lists = [0; 2];
        for (at, (field, ..)) in FIELDS.into_iter().enumerate() {
            fields[at] = handle(&link.call(doc, "GetField", json!([field])).await?)?;
            lists[at] = list(link, doc, at).await?;
        }
        let chart = handle(&link.call(doc, "GetObject", json!([CHART])).await?)?;
        Ok(Self { fields, lists, chart })
    }

    /// Does it; `Ok(Err)` says what the server answered wrongly.
    pub async fn perform(
        &self,
        link: &mut Link,
        act: Act,
        known: &mut Known,
        dice: &mut Dice,
    ) -> Result<Result<(), String>, Failed> {
        match act {
            Act::Select(field) => self.select(link, field, known, dice).await,
            Act::Clear => {
                known.sent = Some(Picked::default());
                link.call(1, "ClearAll", json!([false, "$"])).await?;
                known.adopt(Picked::default());
                Ok(Ok(()))
            }
            Act::List(field) => {
                let found = selected(link, self.lists[field]).await?;
                let wanted = &known.acknowledged[field];
                Ok((found == *wanted)
                    .then_some(())
                    .ok_or_else(|| format!("a list shows {found:?} in place of {wanted:?}")))
            }
            Act::Chart => {
                let layout = link.call(self.chart, "GetLayout", json!([])).await?;
                let cube = &layout["qLayout"]["qHyperCube"];
                let is_whole = cube["qError"].is_null() && cube["qSize"]["qcy"].as_u64() > Some(0);
                Ok(is_whole
                    .then_some(())
                    .ok_or_else(|| format!("a chart has no rows: {}", cube["qError"])))
            }
        }
    }

    async fn select(
        &self,
        link: &mut Link,
        field: usize,
        known: &mut Known,
        dice: &mut Dice,
    ) -> Result<Result<(), String>, Failed> {
        let n_values = FIELDS[field].1;
        let values: BTreeSet<u64> = (0..=dice.below(3)).map(|_| dice.below(n_values) as u64).collect();
        let mut next = known.acknowledged.clone();
        next[field].clone_from(&values);
        known.sent = Some(next.clone());
        let answer = link
            .call(
                self.fields[field],
                "LowLevelSelect",
                json!([values, false, false]),
            )
            .await?;
        if answer["qReturn"] != true {
            return Ok(Err(format!("a selection was answered by {answer}")));
        }
        known.adopt(next);
        Ok(Ok(()))
    }

    /// The selections as the server shows them.
    pub async fn picked(&self, link: &mut Link) -> Result<Picked, Failed> {
        Ok([
            selected(link, self.lists[0]).await?,
            selected(link, self.lists[1]).await?,
        ])
    }
}

/// A session object outlives the connection, so it is looked for before it is made.
async fn list(link: &mut Link, doc: i64, at: usize) -> Result<i64, Failed> {
    let (field, n_values, id) = FIELDS[at];
    if let Ok(found) = handle(&link.call(doc, "GetObject", json!([id])).await?) {
        return Ok(found);
    }
    let properties = json!([{
        "qInfo": { "qId": id, "qType": "soak-list" },
        "qListObjectDef": {
            "qDef": { "qFieldDefs": [field] },
            "qInitialDataFetch": [{ "qTop": 0, "qLeft": 0, "qWidth": 1, "qHeight": n_values }]
        }
    }]);
    handle(&link.call(doc, "CreateSessionObject", properties).await?)
}

async fn selected(link: &mut Link, list: i64) -> Result<BTreeSet<u64>, Failed> {
    let layout = link.call(list, "GetLayout", json!([])).await?;
    let rows = &layout["qLayout"]["qListObject"]["qDataPages"][0]["qMatrix"];
    let cells = rows.as_array().into_iter().flatten().map(|row| &row[0]);
    let chosen = cells.filter(|cell| cell["qState"] == "S");
    Ok(chosen.filter_map(|cell| cell["qElemNumber"].as_u64()).collect())
}

fn handle(answer: &Value) -> Result<i64, Failed> {
    let found = &answer["qReturn"]["qHandle"];
    found.as_i64().ok_or_else(|| Failed::Engine(answer.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_and_not_answered_is_allowed_and_nothing_else() {
        let picked = |months: &[u64]| [months.iter().copied().collect(), BTreeSet::new()];
        let mut known = Known {
            acknowledged: picked(&[1]),
            sent: Some(picked(&[2])),
        };
        assert!(known.allows(&picked(&[1])) && known.allows(&picked(&[2])));
        assert!(!known.allows(&picked(&[1, 2])) && !known.allows(&picked(&[])));
        known.adopt(picked(&[2]));
        assert!(!known.allows(&picked(&[1])));
    }
}
