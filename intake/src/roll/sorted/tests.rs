use super::*;
use proptest::prelude::*;

fn line(person: u8, line: u64) -> Staged {
    let cohort = (!line.is_multiple_of(3)).then_some(u16::MAX - 1);
    let born = Date::new(1900 + i16::from(person), 12, 31).expect("a day");
    Staged { person: Person([person; 32]), line, born, district: 250 - u16::from(person), cohort }
}

/// Persons in an order that is no order, many of them twice.
fn lines(count: u64) -> Vec<Staged> {
    (1..=count).map(|number| line(u8::try_from(number * 89 % 101).expect("small"), number)).collect()
}

/// Any day that has a date, among them the first and the last.
fn days() -> impl Strategy<Value = Date> {
    let day = |(year, month, day)| Date::new(year, month, day);
    prop_oneof![
        Just(Date::new(1, 1, 1)),
        Just(Date::new(9999, 12, 31)),
        (1..=9999_i16, 1..=12_i8, 1..=31_i8).prop_map(day)
    ]
    .prop_filter_map("a day", |day| day)
}

/// What a file may say of few persons, so that many stand in it more than once; lines are numbered as in the file.
fn files() -> impl Strategy<Value = Vec<Staged>> {
    let person = prop_oneof![
        Just([0; 32]),
        Just([255; 32]),
        (0..12_u8).prop_map(|last| {
            let mut person = [7; 32];
            person[31] = last;
            person
        })
    ];
    let cohort = prop_oneof![Just(None), Just(Some(0)), Just(Some(u16::MAX)), any::<Option<u16>>()];
    let said = (person, days(), any::<u16>(), cohort);
    prop::collection::vec(said, 0..120).prop_map(|all| {
        let staged =
            |(line, (person, born, district, cohort))| Staged { person: Person(person), line, born, district, cohort };
        (1..).zip(all).map(staged).collect()
    })
}

fn all(mut sorted: Sorted) -> Vec<Staged> {
    std::iter::from_fn(|| sorted.next().expect("read")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// As a stable sort in memory would have it: nothing is lost, doubled or altered, whatever was said twice stays in the
    /// order of the file, and no more than there is room for is held.
    #[test]
    fn what_comes_out_is_a_stable_sort_of_what_went_in(file in files(), room in 0..40_usize) {
        let mut sorter = Sorter::new(room);
        for line in &file {
            sorter.put(*line).expect("kept");
            prop_assert!(sorter.kept.held.len() <= room.max(1));
        }
        let mut expected = file;
        expected.sort_by_key(|line| line.person);
        prop_assert_eq!(all(sorter.sorted().expect("sorted")), expected);
    }

    /// Whatever was put before, in whatever parts it lies.
    #[test]
    fn what_is_kept_is_given_back_from_any_place_on(
        file in files(), room in 0..40_usize, from in 0..130_u64, limit in 0..130_usize,
    ) {
        let mut kept = Kept::new(room);
        file.iter().try_for_each(|line| kept.put(*line)).expect("kept");
        prop_assert_eq!(kept.len(), file.len() as u64);
        let place = usize::try_from(from).expect("small");
        let expected: Vec<Staged> = file.into_iter().skip(place).take(limit).collect();
        prop_assert_eq!(kept.get(from, limit).expect("read"), expected);
    }

    #[test]
    fn bytes_that_are_no_line_are_an_error_and_others_are_written_the_same_again(bytes in any::<[u8; LINE]>(), born in days()) {
        let mut bytes = bytes;
        prop_assert_eq!(decode(&bytes), None, "by chance no date");
        bytes[40..50].copy_from_slice(born.to_string().as_bytes());
        bytes[52] %= 2;
        if bytes[52] == 0 {
            bytes[53..].fill(0);
        }
        let mut again = Vec::new();
        encode(&decode(&bytes).expect("a line"), &mut again);
        prop_assert_eq!(&again[..], &bytes[..]);
    }
}

#[test]
fn parts_end_where_there_is_no_more_room() {
    for (room, count) in [(1, 5), (7, 0), (7, 1), (7, 7), (7, 8), (7, 500), (499, 500), (500, 500), (501, 500)] {
        let mut sorter = Sorter::new(room);
        let mut expected = lines(count);
        expected.iter().try_for_each(|line| sorter.put(*line)).expect("kept");
        let sorted = sorter.sorted().expect("sorted");
        let in_file = sorted.kept.in_file;
        assert_eq!(in_file, (count.saturating_sub(1) / room as u64) * room as u64, "{room} of {count}: whole parts");
        assert_eq!(sorted.kept.file.is_some(), in_file > 0, "what fits in memory needs no file");
        expected.sort_by_key(|line| (line.person, line.line));
        assert_eq!(all(sorted), expected, "{room} of {count}");
    }
}

#[test]
fn a_part_of_a_page_of_one_part_is_not_taken_for_the_next_part() {
    let (room, count) = (2 * PAGE + 1, 9 * PAGE as u64);
    let mut sorter = Sorter::new(room);
    (1..=count).try_for_each(|number| sorter.put(line(7, number))).expect("kept");
    let mut sorted = sorter.sorted().expect("sorted");
    for number in 1..=count {
        assert_eq!(sorted.next().expect("read").map(|line| line.line), Some(number));
    }
    assert_eq!(sorted.next().expect("read"), None);
}

/// What others did to the file, or the disk, is said; it is not drawn from.
#[test]
fn a_file_that_was_cut_short_or_altered_is_an_error() {
    let altered = |alter: &dyn Fn(&File)| {
        let mut sorter = Sorter::new(10);
        lines(95).iter().try_for_each(|line| sorter.put(*line)).expect("kept");
        alter(sorter.kept.file.as_ref().expect("a file"));
        sorter.sorted().and_then(|mut sorted| {
            while sorted.next()?.is_some() {}
            Ok(())
        })
    };
    assert!(altered(&|_| ()).is_ok());
    let cut = altered(&|file| file.set_len(89 * LINE as u64).expect("cut"));
    assert_eq!(cut.expect_err("a line is missing").kind(), ErrorKind::UnexpectedEof);
    let spoilt = altered(&|file| file.write_all_at(b"x", 50 * LINE as u64 + 40).expect("spoilt"));
    assert_eq!(spoilt.expect_err("no date").kind(), ErrorKind::InvalidData);
}

/// The system removes it with the last who has it open: neither an error nor a signal leaves birth dates behind.
#[test]
fn the_file_has_no_name() {
    use std::os::unix::fs::MetadataExt;
    let mut kept = Kept::new(1);
    lines(3).iter().try_for_each(|line| kept.put(*line)).expect("kept");
    let file = kept.file.as_ref().expect("a file").metadata().expect("known");
    assert_eq!((file.nlink(), file.len()), (0, 2 * LINE as u64));
}
