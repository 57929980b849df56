//! Everything a person does, by links and forms alone.

use super::world::*;
use protocol::{hash::Hash, receipt::Receipt};

/// The values of one attribute of every tag that begins like this.
fn attributes(html: &str, tag: &str, attribute: &str) -> Vec<String> {
    let tags = html.split('<').filter(|part| part.starts_with(tag)).map(|part| part.split('>').next().unwrap_or(""));
    let value = |tag: &str| {
        let (_, rest) = tag.split_once(&format!(" {attribute}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    tags.filter_map(value).map(|value| unescape(&value)).collect()
}

fn unescape(text: &str) -> String {
    let text = text.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&");
    text.replace("&#60;", "<").replace("&lt;", "<").replace("&#62;", ">").replace("&gt;", ">")
}

/// Presses a button of the page's GET form: everything hidden, the district, and the button.
fn press(world: &World, html: &str, button: &str, value: &str) -> Answer {
    assert!(html.contains(&format!("name=\"{button}\" value=\"{value}\"")), "no button {button} {value} in {html}");
    let hidden = attributes(html, "input type=\"hidden\"", "name");
    let values = attributes(html, "input type=\"hidden\"", "value");
    let pairs: Vec<String> = hidden.iter().zip(&values).map(|(name, value)| format!("{name}={value}")).collect();
    world.get(&format!("/choose?{}&district=11010&{button}={value}", pairs.join("&")))
}

fn hidden(html: &str) -> Vec<(String, String)> {
    let names = attributes(html, "input type=\"hidden\"", "name");
    names.into_iter().zip(attributes(html, "input type=\"hidden\"", "value")).collect()
}

fn chosen(html: &str) -> Vec<String> {
    hidden(html).into_iter().filter(|(name, _)| name == "c").map(|(_, value)| value).collect()
}

fn textarea(html: &str, id: &str) -> String {
    let (_, rest) = html.split_once(&format!("<textarea id=\"{id}\" readonly>")).expect("a text");
    unescape(rest.split("</textarea>").next().expect("its end"))
}

fn fill(page: &Answer, person: &Person, key: Option<&str>) -> Vec<(String, String)> {
    let mut pairs = hidden(&page.text);
    let typed = [("access_code", person.code.to_lowercase()), ("birth_date", person.born.replace('-', ""))];
    pairs.extend(typed.map(|(name, value)| (name.to_owned(), value)));
    pairs.extend(key.map(|key| ("change_key".to_owned(), key.to_uppercase())));
    pairs
}

/// The change key as it is shown, with blanks between its groups.
fn change_key(html: &str) -> String {
    let (_, rest) = html.split_once("id=\"change-key\">").expect("a change key");
    let groups = rest.split("</p>").next().expect("its end").split("<span>").skip(1);
    groups.map(|group| group.split('<').next().expect("digits")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_person_registers_changes_and_withdraws_without_scripts() {
    let world = World::new();
    let person = world.person("kim");
    let start = world.get("/?lang=en");
    assert!(start.text.contains("born from 1 September 1953 to 31 August 1963"), "{}", start.text);
    assert!(start.text.contains("Being first or fast is worth nothing"));

    let page = world.get("/choose?lang=en&district=11010");
    let page = press(&world, &page.text, "add", "session.c001-2");
    let page = press(&world, &page.text, "add", "site.c001");
    assert_eq!(chosen(&page.text), ["session.c001-2", "site.c001"]);
    let page = press(&world, &page.text, "up", "site.c001");
    assert_eq!(chosen(&page.text), ["site.c001", "session.c001-2"]);

    let check = world.get("/check?lang=en&c=site.c001&c=session.c001-2");
    let sent = world.form("/send", &fill(&check, &person, None));
    assert_eq!(sent.status, 200, "{}", sent.text);
    let receipt = Receipt::parse(textarea(&sent.text, "receipt").as_bytes()).expect("a receipt to copy");
    let first = receipt.check(&world.programme).expect("a good receipt");
    let ticket = first.revision.ticket.to_string();
    assert!(
        sent.text.contains(&format!("href=\"https://draws.example/sample/results.en.html#{ticket}\"")),
        "{}",
        sent.text
    );
    let file = &attributes(&sent.text, "a class=\"button\" download", "download")[0];
    assert_eq!(*file, format!("receipt-{ticket}-1-without-change-key.json"));
    let key = change_key(&sent.text);
    assert!(!textarea(&sent.text, "receipt").contains(&key.replace(' ', "")), "the file has no key in it");
    assert_eq!(world.form("/send", &fill(&check, &person, None)).text, sent.text, "sent twice, shown twice");

    let shown = world.form("/change", &fill(&world.get("/change?lang=en"), &person, None));
    let link = attributes(&shown.text, "a class=\"button\" href", "href");
    assert_eq!(link, ["/choose?lang=en&c=site.c001&c=session.c001-2", "/withdraw?lang=en"]);
    assert!(chosen(&world.get(&link[0]).text).len() == 2);
    let check = world.get("/check?lang=en&c=session.c002-1");
    let changed = world.form("/send", &fill(&check, &person, Some(&key)));
    assert_eq!(changed.status, 200, "{}", changed.text);
    let withdraw = fill(&world.get("/withdraw?lang=en"), &person, Some(&change_key(&changed.text)));
    let withdrawn = world.form("/withdraw", &withdraw);
    assert!(withdrawn.text.contains("Your registration is withdrawn"), "{}", withdrawn.text);
    let again = fill(&world.get("/check?lang=en&c=session.c002-1"), &person, Some(&change_key(&withdrawn.text)));
    assert_eq!(world.form("/send", &again).status, 200);
    world.close_window();
    let entries = world.entries();
    assert_eq!((entries.len(), entries[0].revision, entries[0].status.is_active()), (1, 4, true));
}

#[test]
fn the_list_is_a_function_of_the_address() {
    let world = World::new();
    let cases = [
        ("c=session.c001-1&c=session.c001-1&c=site.c001", vec!["session.c001-1", "site.c001"]),
        ("c=session.c001-1&c=site.c001&up=session.c001-1", vec!["session.c001-1", "site.c001"]),
        ("c=session.c001-1&c=site.c001&down=session.c001-1", vec!["site.c001", "session.c001-1"]),
        ("c=session.c001-1&c=site.c001&down=site.c001", vec!["session.c001-1", "site.c001"]),
        ("c=session.c001-1&remove=session.c001-1", vec![]),
        ("remove=site.c001&c=session.nowhere&c=c001&c=%FF&c=site.c001&c=session.c001-1", vec!["session.c001-1"]),
        (
            "c=session.c001-1&c=session.c001-2&c=site.c001&c=site.c002&c=site.c003&add=session.c002-1",
            vec!["session.c001-1", "session.c001-2", "site.c001", "site.c002", "site.c003"],
        ),
    ];
    for (query, expected) in cases {
        let page = world.get(&format!("/choose?{query}"));
        assert_eq!(
            (page.status, chosen(&page.text)),
            (200, expected.iter().map(|s| (*s).to_owned()).collect()),
            "{query}"
        );
        assert_eq!(world.get(&format!("/choose?{query}")).text, page.text);
    }
}

#[test]
fn problems_are_told_above_the_form_with_the_list_kept() {
    let world = World::new();
    let person = world.person("kim");
    let check = world.get("/check?lang=ko&c=session.c001-1");
    let mut wrong = fill(&check, &person, None);
    wrong.iter_mut().filter(|(name, _)| name == "birth_date").for_each(|(_, value)| *value = "19600301".to_owned());
    let refused = world.form("/send", &wrong);
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("접속 코드나 생년월일이 맞지 않습니다"), "{}", refused.text);
    assert_eq!(hidden(&refused.text), hidden(&check.text), "the same form, the same request");
    assert!(!refused.text.contains(&person.code.to_lowercase()), "what was typed is not repeated");

    world.close_window();
    let closed = world.form("/send", &fill(&check, &person, None));
    assert!(textarea(&closed.text, "refusal").starts_with("jebi/v0/refusal\nrehearsal\n"));
    assert!(world.get("/?lang=ko").text.contains("신청이 마감되었습니다"));
}

#[test]
fn who_goes_back_to_the_form_after_a_lost_answer_gets_the_receipt_and_the_key() {
    let world = World::new();
    let person = world.person("kim");
    let check = world.get("/check?lang=en&c=session.c001-1");
    // The way back, in the other language, or a page loaded again: the address has the id.
    let [other] = &attributes(&check.text, "a href=\"/check", "href")[..] else { panic!("{}", check.text) };
    assert_eq!(hidden(&world.get(other).text)[1..], hidden(&check.text)[1..], "{other}");
    let id = &hidden(&check.text)[1].1;
    assert!(other.ends_with(&format!("&id={id}")));
    assert_ne!(id, &hidden(&world.get("/check?lang=en&c=session.c001-1").text)[1].1, "another form, another id");
    assert!(world.get("/check?c=session.c001-1&id=%22%3E").text.contains("name=\"request_id\""), "no id is given one");
    let withdraw = world.get("/withdraw");
    let [other] = &attributes(&withdraw.text, "a href=\"/withdraw?lang=en", "href")[..] else {
        panic!("{}", withdraw.text)
    };
    assert!(other.ends_with(&format!("&id={}", hidden(&withdraw.text)[1].1)), "{other}");

    let lost = world.form("/send", &fill(&check, &person, None));
    let again = world.form("/send", &fill(&check, &person, None));
    assert_eq!(change_key(&again.text), change_key(&lost.text));
    for answer in [&check, &again, &world.form("/change", &fill(&world.get("/change"), &person, None))] {
        assert_eq!(answer.headers["cache-control"], "no-store", "neither what was typed nor a receipt stays behind");
    }
}

#[test]
fn a_form_that_was_used_for_something_else_is_given_again_with_another_id() {
    let world = World::new();
    let person = world.person("kim");
    let check = world.get("/check?lang=en&c=session.c001-1");
    let key = change_key(&world.form("/send", &fill(&check, &person, None)).text);
    let mut other = fill(&check, &person, Some(&key));
    other.iter_mut().filter(|(name, _)| name == "c").for_each(|(_, value)| *value = "session.c001-2".to_owned());
    let refused = world.form("/send", &other);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("<title>[Rehearsal] That did not work – Check and send"), "{}", refused.text);
    assert_eq!(chosen(&refused.text), ["session.c001-2"]);
    let sent = world.form("/send", &fill(&refused, &person, Some(&key)));
    assert_eq!(sent.status, 200, "sending again must not be refused for ever: {}", sent.text);
}

#[test]
fn both_languages_everywhere_and_nothing_untranslated() {
    let world = World::new();
    for path in
        ["/", "/choose", "/choose?district=11010", "/check", "/check?c=site.c001", "/change", "/withdraw", "/nothing"]
    {
        let glue = if path.contains('?') { '&' } else { '?' };
        let korean = world.get(&format!("{path}{glue}lang=ko")).text;
        let english = world.get(&format!("{path}{glue}lang=en")).text;
        assert!(korean.contains("<html lang=\"ko\"") && english.contains("<html lang=\"en\""));
        let body = english.split("<main").nth(1).expect("a page");
        let hangul = body.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(!hangul || path.contains("11010") || path.contains("c001"), "{path}: only names of places are Korean");
        let labelled = attributes(&english, "label", "for");
        for id in attributes(&english, "input id", "id").into_iter().chain(attributes(&english, "select", "id")) {
            assert!(labelled.contains(&id), "{path}: {id} has no label");
        }
    }
    let accepted = answer(world.agent.get(world.url("/")).header("accept-language", "en-GB,ko;q=0.5").call());
    assert!(accepted.text.contains("<html lang=\"ko\""), "the same bytes for everybody with this address");
}

#[test]
fn a_cache_may_keep_what_is_the_same_for_everybody_and_nothing_else() {
    let world = World::new();
    let closes = world.programme.window.closes_at_unix_s;
    let header = |path: &str, name: &str| {
        let answer = world.get(path);
        answer.headers.get(name).map(|value| value.to_str().expect("text").to_owned())
    };
    for path in ["/choose?lang=en&district=11010&c=site.c001", "/change"] {
        assert_eq!(header(path, "cache-control").as_deref(), Some("public, max-age=300"), "{path}");
        let vary = header(path, "vary");
        assert!(vary.is_none_or(|vary| vary == "accept-encoding"), "{path}: the address alone decides");
    }
    for (second, age) in [(closes - 1000, 60), (closes - 3, 3), (closes, 60)] {
        world.clock.set(second);
        let expected = format!("public, max-age={age}");
        assert_eq!(header("/", "cache-control"), Some(expected), "no cache says open once it is closed");
    }
    for path in ["/check?c=site.c001", "/withdraw", "/nothing"] {
        assert_eq!(header(path, "cache-control").as_deref(), Some("no-store"), "{path}");
    }
    let person = world.person("kim");
    for path in ["/change", "/send", "/withdraw"] {
        let sent = world.form(path, &fill(&world.get("/check?c=site.c001"), &person, None));
        assert_eq!(sent.headers["cache-control"], "no-store", "{path}");
    }
}

#[test]
fn what_people_type_is_shown_as_text_only() {
    let world = World::new();
    let page = world.get("/choose?district=%22%3E%3Cscript%3E&c=%3Cscript%3E");
    assert_eq!(page.text.matches("<script").count(), 1, "only our own");
    let sent = world.form("/send", &[("request_id".to_owned(), "\"><script>alert(1)</script>".to_owned())]);
    assert!(!sent.text.contains("<script>"), "{}", sent.text);
}

#[test]
fn the_first_page_is_the_same_bytes_for_everybody_and_known_again() {
    let world = World::new();
    let first = world.get("/?lang=en");
    let tag = first.headers["etag"].to_str().expect("text").to_owned();
    assert_eq!(tag, format!("\"{}\"", Hash::of(first.text.as_bytes())), "a strong validator");
    let again = answer(world.agent.get(world.url("/?lang=en")).header("if-none-match", &tag).call());
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    world.close_window();
    let closed = answer(world.agent.get(world.url("/?lang=en")).header("if-none-match", &tag).call());
    assert_eq!(closed.status, 200, "what was said of an open window is not said again");
    assert!(closed.text.contains("Registration is closed"));
}

#[test]
fn whether_one_may_register_is_what_the_programme_says() {
    let world = World::new();
    let asked = |born: &str| world.get(&format!("/eligible?lang=en&born={born}")).text;
    // The edges of the cohorts, and how people write dates.
    for born in ["19530901", "1963-08-31", "1963.9.1", "1973/08/31"] {
        assert!(asked(born).contains("Yes, you can register"), "{born}");
    }
    for born in ["19530831", "1973-09-01"] {
        assert!(asked(born).contains("not for people with that birth date"), "{born}");
    }
    for born in ["", "19630229", "1960-2", "29.2.1960", "%3Cscript%3E"] {
        assert!(asked(born).contains("This is not a date"), "{born}");
    }
}

#[test]
fn what_no_form_can_mend_has_a_page_that_says_what_now() {
    let world = World::new();
    let person = world.person("kim");
    let check = world.get("/check?lang=en&c=session.c001-1");
    world.clock.set(world.programme.window.opens_at_unix_s - 10);
    let early = world.get("/check?lang=en&c=session.c001-1");
    assert!(early.status == 403 && early.text.contains("There is no advantage in being first"), "{}", early.text);
    assert_eq!(world.get("/choose?lang=en").status, 200, "a list can be made before");
    world.close_window();
    for late in [world.form("/send", &fill(&check, &person, None)), world.get("/choose?lang=en")] {
        assert!(late.text.contains("<h1>Registration is closed</h1>"), "{}", late.text);
    }
}
