//! What was acknowledged survives: an orderly restart, and a process killed in mid-load.

use super::world::*;
use intake::RehearsalClock;
use std::{
    collections::BTreeMap,
    env, fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

const FOLDER: &str = "JEBI_TEST_INTAKE_FOLDER";

#[test]
fn a_restart_loses_nothing_and_gives_the_same_answers() {
    let mut world = World::new();
    let people = world.people(BORN, (0..10).map(|i| format!("person-{i}")));
    let before: Vec<_> = people.iter().map(|person| world.register(person, "request-1")).collect();
    world.restart();
    for (person, before) in people.iter().zip(&before) {
        assert_eq!(world.register(person, "request-1").text, before.text);
    }
    let path = format!("{REGISTRATIONS}/{}", before[0].ticket());
    let change = amendment(&people[0], "request-2", Some(&before[0].change_key()), "c001-2");
    assert_eq!(world.put(&path, &change).status, 200);
}

/// Not a test of its own: the process that the next test kills.
#[test]
#[ignore = "run by nothing_acknowledged_is_lost_when_the_process_is_killed"]
fn the_process_that_is_killed() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let programme = programme();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let address = format!("sqlite:{folder}/intake.sqlite");
        let database = intake::Database::open(&address, &programme).await.expect("a store");
        let clock = RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
        let serving = start(&database, &clock).await;
        let port = Path::new(&folder).join("address");
        fs::write(port.with_extension("new"), serving.address().to_string()).expect("writable");
        fs::rename(port.with_extension("new"), port).expect("writable");
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let mut world = World::new();
    let people = world.people(BORN, (0..400).map(|i| format!("person-{i}")));
    let child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "crash::the_process_that_is_killed", "--ignored"])
        .env(FOLDER, world.folder.path())
        .stdout(Stdio::null())
        .spawn();
    let child = Mutex::new(child.expect("a child"));
    let address = wait_for(&world.folder.path().join("address"));
    let acknowledged = Mutex::new(BTreeMap::new());
    let register_part = |part: &[Person]| {
        let agent = agent();
        for person in part {
            let url = format!("http://{address}{REGISTRATIONS}");
            let Ok(mut response) = agent.post(url).send_json(registration(person, "request-1")) else { return };
            let Ok(text) = response.body_mut().read_to_string() else { return };
            let mut acknowledged = acknowledged.lock().expect("nobody panicked");
            acknowledged.insert(person.reference.clone(), text);
            // Whoever hears the hundredth word kills it, while the others are in the middle of theirs.
            if acknowledged.len() == 100 {
                child.lock().expect("nobody panicked").kill().expect("it ran");
            }
        }
    };
    std::thread::scope(|scope| people.chunks(50).for_each(|part| drop(scope.spawn(|| register_part(part)))));
    let mut child = child.into_inner().expect("nobody panicked");
    child.wait().expect("it ended");
    let acknowledged = acknowledged.into_inner().expect("nobody panicked");
    assert!((100..400).contains(&acknowledged.len()), "killed in mid-load: {} of 400", acknowledged.len());
    world.restart();
    for person in people.iter().filter(|person| acknowledged.contains_key(&person.reference)) {
        assert_eq!(world.register(person, "request-1").text, acknowledged[&person.reference]);
    }
    // Those who heard nothing try again, and everybody is registered once.
    assert!(people.iter().all(|person| world.register(person, "request-1").status == 201));
    world.close_window();
    assert_eq!(world.entries().len(), 400);
}

fn wait_for(file: &Path) -> SocketAddr {
    for _ in 0..1000 {
        if let Ok(text) = fs::read_to_string(file) {
            return text.parse().expect("an address");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the child does not serve");
}
