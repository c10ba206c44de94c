//! The reference model as a picture: components in rows, the flows between them, and their open
//! risks.

use super::Page;
use super::parts::{count, list, risk, severities, words};
use custody_controls::id::ComponentId;
use custody_controls::report::{ComponentRow, ReferenceModel, Report};
use custody_controls::taxonomy::{ComponentGroup, Severity};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The size of a box, the height of a row, and the width and margin of the picture, in its units.
const BOX: (i64, i64) = (148, 80);
const PITCH: i64 = 128;
const WIDTH: i64 = 960;
const MARGIN: i64 = 8;

pub(super) fn components(page: &mut Page<'_>, report: &Report) {
    let model = &report.model;
    if model.components.is_empty() {
        return;
    }
    page.put(html! {
        h3 { "Open risks by component" }
        p {
            "The components are those of the reference model of clause 5.2. A risk is counted for every component that holds or handles an asset that it threatens, so it may be counted more than once."
            @if !model.elsewhere.is_empty() {
                " " (count(model.elsewhere.len(), "open risk belongs", "open risks belong")) " to no component: "
                (list(&model.elsewhere, risk, "none")) "."
            }
        }
    });
    page.raw(
        "<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the components and their open risks\">",
    );
    page.put(Layout::of(model).draw(model));
    page.raw("</div><details><summary>Components as tables</summary>");
    page.table(
        "Components and their open risks",
        "",
        &[
            "Component",
            "Function",
            "Holds or handles",
            "Open",
            "By severity",
            "Open risks",
        ],
        model.components.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (row.title) " " span.note { (row.group) } }
                    td { (row.summary) }
                    td { @if row.assets.is_empty() { "not stated" } @else { (words(&row.assets)) } }
                    td.n { (row.open_risks.len()) }
                    td { (severities(&row.severities)) }
                    td { (list(&row.open_risks, risk, "none")) }
                }
            }
        }),
    );
    let title = |id: &ComponentId| title_of(model, id);
    page.table(
        "Flows between components",
        "",
        &["From", "To", "Both ways", "Carries"],
        model.links.iter().map(|link| {
            html! {
                tr {
                    th scope="row" { (title(&link.from)) }
                    td { (title(&link.to)) }
                    td { (if link.both_ways { "yes" } else { "no" }) }
                    td { (link.carries.as_deref().unwrap_or("not stated")) }
                }
            }
        }),
    );
    page.raw("</details>");
}

fn title_of<'m>(model: &'m ReferenceModel, id: &ComponentId) -> &'m str {
    let inside = model
        .components
        .iter()
        .map(|row| (&row.component, &row.title));
    let outside = model.outside.iter().map(|row| (&row.party, &row.title));
    inside
        .chain(outside)
        .find(|(known, _)| *known == id)
        .map_or("", |(_, title)| title.as_str())
}

/// The rows of boxes, and the centre of each box.
struct Layout<'m> {
    rows: Vec<Vec<&'m str>>,
    centres: BTreeMap<&'m str, (i64, i64)>,
}

/// The row of a group, from the customer at the top to the ledger at the bottom.
fn row_of(group: ComponentGroup) -> usize {
    match group {
        ComponentGroup::Customer | ComponentGroup::Operator => 1,
        ComponentGroup::Business | ComponentGroup::Ledger => 2,
        ComponentGroup::Store => 3,
        ComponentGroup::Signing | ComponentGroup::Offline => 4,
    }
}

impl<'m> Layout<'m> {
    fn of(model: &'m ReferenceModel) -> Self {
        let mut rows: Vec<Vec<&str>> = vec![Vec::new(); 6];
        let mut put = |row: usize, id: &'m ComponentId| {
            if let Some(row) = rows.get_mut(row) {
                row.push(id.as_str());
            }
        };
        for row in &model.components {
            put(row_of(row.group), &row.component);
        }
        for row in &model.outside {
            // A party outside is placed next to the row with which it communicates.
            let serves_customers = model.links.iter().any(|link| {
                let other = if link.from == row.party {
                    &link.to
                } else {
                    &link.from
                };
                (link.from == row.party || link.to == row.party)
                    && model.components.iter().any(|component| {
                        component.component == *other && component.group == ComponentGroup::Customer
                    })
            });
            put(if serves_customers { 0 } else { 5 }, &row.party);
        }
        rows.retain(|row| !row.is_empty());
        let mut layout = Self {
            rows,
            centres: BTreeMap::new(),
        };
        for row in 0..layout.rows.len() {
            layout.spread(row);
        }
        let mut linked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for link in &model.links {
            let (from, to) = (link.from.as_str(), link.to.as_str());
            linked.entry(from).or_default().push(to);
            if from != to {
                linked.entry(to).or_default().push(from);
            }
        }
        for _ in 0..8 {
            let before = layout.rows.clone();
            layout.settle(&linked);
            if layout.rows == before {
                break;
            }
        }
        layout
    }

    /// Spreads the boxes of a row over its width.
    fn spread(&mut self, position: usize) {
        let Some(row) = self.rows.get(position) else {
            return;
        };
        let y = MARGIN + BOX.1 / 2 + PITCH * i64::try_from(position).unwrap_or_default();
        let room = WIDTH / i64::try_from(row.len()).unwrap_or(1).max(1);
        let mut x = room / 2;
        for id in row {
            self.centres.insert(id, (x, y));
            x += room;
        }
    }

    /// Moves each box of a row towards the boxes to which it is linked, so that fewer lines cross.
    fn settle(&mut self, linked: &BTreeMap<&str, Vec<&str>>) {
        for position in 0..self.rows.len() {
            let Some(row) = self.rows.get_mut(position) else {
                continue;
            };
            let centres = &self.centres;
            row.sort_by_cached_key(|id| {
                let others = linked.get(id).into_iter().flatten();
                let others = others.filter_map(|other| centres.get(other));
                let (count, sum) = others.fold((0, 0), |(count, sum), (x, _)| (count + 1, sum + x));
                if count > 0 {
                    sum / count
                } else {
                    centres.get(id).map_or(0, |(x, _)| *x)
                }
            });
            self.spread(position);
        }
    }

    fn draw(&self, model: &ReferenceModel) -> Markup {
        let rows = i64::try_from(self.rows.len()).unwrap_or(1);
        let height = (rows - 1) * PITCH + BOX.1 + 2 * MARGIN + 24;
        html! {
            svg.model role="img" viewBox={ "0 0 " (WIDTH) " " (height) } {
                title { "Components of a custodian and their open risks" }
                desc {
                    "Boxes are the functional components of the reference model, lines the flows between them. Each box shows the number of open risks to assets that the component holds or handles. The tables below have the same content."
                }
                @for link in &model.links { (self.line(link.from.as_str(), link.to.as_str(), link.both_ways)) }
                @for row in &model.outside { (self.party(row.party.as_str(), &row.title)) }
                @for row in &model.components { (self.component(row)) }
            }
        }
    }

    fn line(&self, from: &str, to: &str, both_ways: bool) -> Markup {
        let (Some(&(x1, y1)), Some(&(x2, y2))) = (self.centres.get(from), self.centres.get(to))
        else {
            return Markup::default();
        };
        let (half_width, half_height) = (BOX.0 / 2, BOX.1 / 2);
        let lean = ((x2 - x1) / 4).clamp(-50, 50);
        let room = self
            .rows
            .iter()
            .find(|row| row.contains(&from))
            .map_or(WIDTH, |row| {
                WIDTH / i64::try_from(row.len()).unwrap_or(1).max(1)
            });
        let path = if y1 == y2 && (x2 - x1).abs() <= room + 1 {
            let side = half_width * (x2 - x1).signum();
            format!("M{} {y1}L{} {y2}", x1 + side, x2 - side)
        } else if y1 == y2 {
            // Around the boxes in between, below them.
            let (low, dip) = (y1 + half_height, y1 + half_height + 34);
            format!(
                "M{} {low}C{} {dip} {} {dip} {} {low}",
                x1 + lean,
                x1 + lean,
                x2 - lean,
                x2 - lean
            )
        } else {
            let down = (y2 - y1).signum();
            let (start, end) = (y1 + half_height * down, y2 - half_height * down);
            let (a, b) = (x1 + lean, x2 - lean);
            let bend = (end - start) / 2;
            format!(
                "M{a} {start}C{a} {} {b} {} {b} {end}",
                start + bend,
                end - bend
            )
        };
        html! {
            path.l d=(path) marker-end="url(#arrow)" marker-start=[both_ways.then_some("url(#arrow)")] {}
        }
    }

    fn party(&self, id: &str, title: &str) -> Markup {
        let Some(&(x, y)) = self.centres.get(id) else {
            return Markup::default();
        };
        html! {
            rect.po x=(x - BOX.0 / 2) y=(y - BOX.1 / 2) width=(BOX.0) height=(BOX.1) rx="40" {}
            text x=(x) y=(y + 4) text-anchor="middle" { (title) }
        }
    }

    fn component(&self, row: &ComponentRow) -> Markup {
        let Some(&(x, y)) = self.centres.get(row.component.as_str()) else {
            return Markup::default();
        };
        let lines = wrapped(&row.title, 21, 3);
        let top = y - BOX.1 / 2;
        let critical: u64 = row
            .severities
            .iter()
            .filter(|entry| entry.severity == Severity::Critical)
            .map(|entry| entry.count)
            .sum();
        let (letter, status) = if row.assets.is_empty() {
            ("x", "– no assets".to_owned())
        } else if row.open_risks.is_empty() {
            ("e", "✓ none open".to_owned())
        } else if critical > 0 {
            (
                "a",
                format!("◆ {} open, {critical} critical", row.open_risks.len()),
            )
        } else {
            ("p", format!("▲ {} open", row.open_risks.len()))
        };
        html! {
            rect class={ "co " (letter) } x=(x - BOX.0 / 2) y=(top) width=(BOX.0) height=(BOX.1) rx="4" {}
            @for (position, line) in lines.iter().enumerate() {
                text.ct x=(x) y=(top + 18 + 14 * i64::try_from(position).unwrap_or(0)) text-anchor="middle" { (line) }
            }
            text.cn x=(x) y=(top + BOX.1 - 10) text-anchor="middle" { (status) }
        }
    }
}

/// A text in at most `most` lines of `width` characters; an ellipsis marks what does not fit.
fn wrapped(text: &str, width: usize, most: usize) -> Vec<String> {
    let text = custody_controls::text::sanitize(text);
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let is_last = lines.len() == most;
        let Some(line) = lines.last_mut() else {
            break;
        };
        let length = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() || length <= width {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else if is_last {
            line.push('…');
            break;
        } else {
            lines.push(word.to_owned());
        }
    }
    for line in &mut lines {
        if line.chars().count() > width {
            *line = line.chars().take(width - 1).chain(['…']).collect();
        }
    }
    lines
}
