//! Days are written as the calendar's own crate writes them.

use custody_controls::Date;
use custody_controls::date::DateError;
use jiff::ToSpan;
use jiff::civil;

#[test]
fn days_are_written_and_read_as_iso_8601_says() {
    let mut seen = 0;
    let mut day = civil::date(0, 1, 1);
    // Another day of the month and of the week each time.
    while let Ok(next) = day.checked_add(37.days()) {
        let part = |part: i8| part.unsigned_abs();
        let ours = date(
            day.year().unsigned_abs(),
            part(day.month()),
            part(day.day()),
        );
        assert_eq!(
            (ours.year(), ours.month(), ours.day()),
            (
                day.year().unsigned_abs(),
                part(day.month()),
                part(day.day())
            )
        );
        assert_eq!(ours.to_string(), day.to_string());
        assert_eq!(ours.to_string().parse(), Ok(ours));
        day = next;
        seen += 1;
    }
    assert!(seen > 98_000, "{seen}");
    assert_eq!(format!("{:>12}|", date(2026, 1, 9)), "  2026-01-09|");
}

#[test]
fn the_calendar_ends_where_days_can_no_longer_be_written() {
    let (first, last) = (date(0, 1, 1), date(9999, 12, 31));
    assert_eq!(first.previous(), first);
    assert_eq!(last.next(), last);
    assert_eq!(first.plus_days(i32::MAX), last);
    assert_eq!(last.plus_days(i32::MIN), first);
    for (year, month, day) in [
        (2026, 2, 29),
        (2026, 0, 1),
        (2026, 13, 1),
        (10_000, 1, 1),
        (2026, 1, 255),
    ] {
        assert_eq!(Date::new(year, month, day), Err(DateError::NoSuchDay));
    }
}

fn date(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

#[test]
fn only_one_form_is_a_date() {
    assert_eq!(
        "2026-02-28".parse::<Date>().unwrap().to_string(),
        "2026-02-28"
    );
    for text in [
        "2026-2-3",
        "20260203",
        "+002026-02-03",
        "2026-02-03 ",
        "2026/02/03",
        "today",
        "",
    ] {
        assert_eq!(text.parse::<Date>(), Err(DateError::Form), "{text}");
    }
    assert_eq!("2026-02-31".parse::<Date>(), Err(DateError::NoSuchDay));
}

#[test]
fn days_are_counted() {
    let day: Date = "2026-02-28".parse().unwrap();
    assert_eq!(day.next().to_string(), "2026-03-01");
    assert_eq!(day.days_until(day.plus_days(90)), 90);
    assert_eq!(day.plus_days(90).days_until(day), -90);
}
