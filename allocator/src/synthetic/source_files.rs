//! The programme's source files of a synthetic world, as an official would have written them. SPEC §3.3.

use super::world::World;

/// `districts.csv`: every district, by ascending code.
pub fn districts_csv(world: &World) -> String {
    let mut text = String::from("code,name_ko,name_en\n");
    for district in world.districts() {
        push_row(&mut text, &[&district.code, &district.name_ko, &district.name_en]);
    }
    text
}

/// `sites.csv`, in programme order.
pub fn sites_csv(world: &World) -> String {
    let mut text = String::from("id,name,district,latitude,longitude\n");
    for site in world.sites() {
        let code = world.districts().get(site.district as usize).map_or("", |district| &district.code);
        let (latitude, longitude) = (degrees(site.latitude_microdeg), degrees(site.longitude_microdeg));
        push_row(&mut text, &[&site.id, &site.name, code, &latitude, &longitude]);
    }
    text
}

/// `sessions.csv`, in programme order: grouped by site, in time order.
pub fn sessions_csv(world: &World) -> String {
    let mut text = String::from("id,site,starts_at,capacity\n");
    for session in world.sessions() {
        let site = world.sites().get(session.site.0 as usize).map_or("", |site| &site.id);
        let starts_at = format!("{}+09:00", session.starts_at);
        push_row(&mut text, &[&session.id, site, &starts_at, &session.capacity.to_string()]);
    }
    text
}

/// `reach.csv`: people of a district may list the sites that they think of, the twelve nearest to it.
pub fn reach_csv(world: &World) -> String {
    let mut text = String::from("cohort,district,site\n");
    for (district, reach) in world.districts().iter().zip(&world.reaches) {
        for site in reach.sites.iter().filter_map(|site| world.sites().get(*site as usize)) {
            push_row(&mut text, &["", &district.code, &site.id]);
        }
    }
    text
}

/// Decimal degrees of a place north of the equator and east of Greenwich.
fn degrees(microdeg: i32) -> String {
    format!("{}.{:06}", microdeg / 1_000_000, microdeg % 1_000_000)
}

/// A row of RFC 4180, ended by LF.
fn push_row(text: &mut String, fields: &[&str]) {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        if field.contains([',', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push('\n');
}
