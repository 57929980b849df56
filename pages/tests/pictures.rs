//! Maps and plots: what they draw, what they refuse, and that they are the same bytes everywhere.

use pages::{
    Lang,
    map::{self, Area, Outlines, OutlinesError},
    plot::{Bar, Bars, Full},
};

const KOREA: &str = include_str!("../../data/outlines.csv");
const HEADER: &str = "code,enlarged_ko,enlarged_en,outline\n";

fn two() -> Outlines {
    let text = format!("{HEADER}a,,,0 0 10 0 0 10 -10 0;20 20 1 0 0 -1\nb,서울,Seoul,10 0 10 0 -5 10\n");
    Outlines::parse(text.as_bytes()).expect("outlines")
}

fn area(code: &str, shade: u8, href: Option<&str>) -> Area {
    Area { code: code.into(), shade, title: format!("<{code}>"), href: href.map(str::to_owned) }
}

fn bars(id: &str, bars: &[Bar], full: Full) -> String {
    Bars { id, title: "Chosen & got", description: "1 of 2.", bars, full }.svg().expect("a plot")
}

fn bar(label: &str, parts: &[u64], value: &str) -> Bar {
    Bar { label: label.into(), parts: parts.into(), value: value.into() }
}

fn en() -> Lang {
    Lang::parse("en").expect("English")
}

#[test]
fn a_map_draws_every_outline_and_links_what_has_a_page() {
    let svg = map::svg(&two(), &[area("a", 3, Some("a.html?x=1&y=2"))], Lang::DEFAULT).unwrap().unwrap();
    let link = "<a href=\"a.html?x=1&#38;y=2\" tabindex=\"-1\" class=\"shade3\"><title>&#60;a&#62;</title>";
    let path = "<path id=\"map-a\" d=\"M0 0l10 0 0 10-10 0zM20 20l1 0 0-1z\"/></a>";
    assert!(svg.contains(&format!("{link}{path}")), "{svg}");
    assert!(svg.contains("<path id=\"map-b\" class=\"shade0\" d=\"M10 0l10 0-5 10z\"/>"), "{svg}");
    assert!(svg.contains("<g class=\"shade0\"><use href=\"#map-b\"/></g>"), "enlarged again: {svg}");
    assert!(svg.contains("<figcaption>서울</figcaption>"));
    let english = map::svg(&two(), &[area("b", 1, None)], en()).unwrap().unwrap();
    assert!(english.contains("<figcaption>Seoul</figcaption>") && !english.contains("<a "));
}

#[test]
fn a_programme_whose_districts_have_no_outlines_has_no_map() {
    assert_eq!(map::svg(&two(), &[area("elsewhere", 1, None)], en()).unwrap(), None);
}

#[test]
fn what_is_no_outline_is_refused_with_its_line() {
    let parse = |rows: &str| Outlines::parse(format!("{HEADER}{rows}").as_bytes()).unwrap_err();
    let ring = |code: &str| OutlinesError::Ring { line: 2, code: code.into() };
    for outline in ["", "0 0", "0 0 1 1", "0 0 1 1 1", "0 0 1 1 x 1", "0 0  1 1 1 1", "0 0 -1 0 0 1", "99999 0 2 0 0 1"]
    {
        assert_eq!(parse(&format!("a,,,{outline}\n")), ring("a"), "{outline:?}");
    }
    assert_eq!(parse("a,,,0 0 1 0 0 1;\n"), ring("a"));
    assert_eq!(parse("a,,,0 0 2147483647 0 2147483647 1\n"), ring("a"), "steps that overflow");
    let twice = parse("a,,,0 0 1 0 0 1\na,,,0 0 1 0 0 1\n");
    assert_eq!(twice, OutlinesError::Repeated { line: 3, code: "a".into() });
    assert_eq!(Outlines::parse(b"code,outline\n"), Err(OutlinesError::Columns));
    assert!(matches!(Outlines::parse(b"code,enlarged_ko,enlarged_en,outline\na,b\n"), Err(OutlinesError::Csv { .. })));
    assert_eq!(Outlines::parse(&vec![b'a'; 2_000_001]), Err(OutlinesError::TooLong { bytes: 2_000_001 }));
}

#[test]
fn korea_fits_into_a_page_for_phones() {
    let outlines = Outlines::parse(KOREA.as_bytes()).unwrap();
    let codes: Vec<&str> = KOREA.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let areas: Vec<Area> = codes.iter().map(|code| area(code, 1, Some("d/x.html"))).collect();
    let svg = map::svg(&outlines, &areas, Lang::DEFAULT).unwrap().unwrap();
    assert_eq!(svg.matches("<path ").count(), 250);
    assert_eq!(svg.matches("<use ").count(), 25 + 16 + 8);
    assert!(svg.len() < 120_000, "{} bytes", svg.len());
    assert!(!svg.contains("style=") && !svg.contains("http"), "no inline style, nothing from elsewhere");
}

#[test]
fn a_plot_is_the_same_bytes_everywhere() {
    let rows = [bar("1지망", &[3], "3명 (75 %)"), bar("2 < 3", &[1], "1")];
    let expected = r##"<svg class="plot" viewBox="0 0 336 96" role="img" aria-labelledby="p-title p-desc">
<title id="p-title">Chosen &#38; got</title>
<desc id="p-desc">1 of 2.</desc>
"##;
    let svg = bars("p", &rows, Full::Largest);
    assert!(svg.starts_with(expected), "{svg}");
    assert!(svg.contains("\n1지망\n</text>") && svg.contains("\n2 &lt; 3\n</text>"), "text stays text: {svg}");
    assert_eq!(svg, bars("p", &rows, Full::Largest));
    assert!(svg.ends_with("</svg>"));
}

#[test]
fn a_bar_is_as_long_as_its_share_and_never_longer() {
    let width = |full, parts: &[u64]| {
        let svg = bars("p", &[bar("x", parts, "")], full);
        let widths = svg.split("<rect ").skip(1).filter_map(|rect| rect.split("width=\"").nth(1)?.split('"').next());
        widths.map(|width| width.parse::<u32>().unwrap()).sum::<u32>()
    };
    let full = width(Full::Itself, &[7]);
    assert_eq!(full, 208);
    assert_eq!(width(Full::Count(4), &[1]), full / 4);
    assert_eq!(width(Full::Count(1), &[u64::MAX]), full);
    assert_eq!(width(Full::Itself, &[0]), 0);
    assert_eq!(width(Full::Count(0), &[1]), 0);
}

#[test]
fn all_coordinates_are_whole_numbers_and_nothing_is_styled_inline() {
    let svg = bars("p", &[bar("가나다", &[1, 2], "3"), bar("b", &[0, 0], "–")], Full::Itself);
    for attribute in [" x=\"", " y=\"", " x1=\"", " y2=\"", " width=\"", " height=\""] {
        for rest in svg.split(attribute).skip(1) {
            assert!(rest.split('"').next().unwrap().parse::<i32>().is_ok(), "{attribute}: {rest}");
        }
    }
    assert!(!svg.contains("style=") && !svg.contains("NaN"));
    assert!(svg.contains("100%"), "{svg}");
}

#[test]
fn a_long_label_is_cut_by_width_not_by_bytes() {
    let svg = bars("p", &[bar(&"가".repeat(30), &[1], "")], Full::Largest);
    assert!(svg.contains(&format!("\n{}…\n", "가".repeat(20))));
    assert!(bars("p", &[bar(&"a".repeat(40), &[1], "")], Full::Largest).contains(&format!("\n{}\n", "a".repeat(40))));
}
