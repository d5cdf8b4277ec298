use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use fanlight_base::{Clock, ManualClock, SeededEntropy, Timestamp};
use fanlight_http::AppFolders;
use fanlight_rpc::{Host, HostSettings, Role, Viewer};

use super::*;
use crate::apps::requests::Taken;

struct World {
    data: tempfile::TempDir,
    host: Arc<Host>,
    states: Arc<AppFolders>,
    watch: Watch,
}

impl World {
    fn new(follow: Follow) -> Self {
        let data = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::frozen_at(Timestamp::from_secs(1_700_000_000)));
        let host = Host::new(
            HostSettings::default(),
            Arc::clone(&clock),
            Arc::new(SeededEntropy::new(1)),
        );
        let states = Arc::new(AppFolders::default());
        let folder = data.path().join("apps/sales");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("app.toml"), "name = \"sales\"\ntitle = \"First\"\n").unwrap();
        let watch = Watch::new(data.path(), follow, &host, &clock, &states);
        Self {
            data,
            host,
            states,
            watch,
        }
    }

    fn manifest(&self) -> PathBuf {
        self.data.path().join("apps/sales/app.toml")
    }

    fn write(&self, title: &str) {
        fs::write(
            self.manifest(),
            format!("name = \"sales\"\ntitle = \"{title}\"\n"),
        )
        .unwrap();
    }

    fn titles(&self) -> Vec<String> {
        let viewer = Viewer {
            subject: "ada",
            groups: &[],
            role: Role::User,
        };
        self.host.apps(viewer).into_iter().map(|app| app.title).collect()
    }
}

#[test]
fn a_changed_folder_is_taken_in_when_it_is_still() {
    let mut world = World::new(Follow::Changes);
    world.watch.look();
    assert_eq!(
        world.titles(),
        Vec::<String>::new(),
        "what has not changed is not loaded again"
    );
    world.write("Second version");
    world.watch.look();
    assert_eq!(world.titles(), Vec::<String>::new(), "it may still be written");
    world.write("Third, longer version");
    world.watch.look();
    assert_eq!(world.titles(), Vec::<String>::new());
    world.watch.look();
    assert_eq!(world.titles(), ["Third, longer version"]);
    assert_eq!(world.states.list()[0].refused, None);
}

#[test]
fn a_copy_of_a_folder_does_not_take_the_place_of_its_app() {
    let mut world = World::new(Follow::Changes);
    world.write("First");
    world.watch.look();
    world.watch.look();
    let copy = world.data.path().join("apps/copy");
    fs::create_dir_all(&copy).unwrap();
    fs::write(copy.join("app.toml"), "name = \"sales\"\ntitle = \"Copied\"\n").unwrap();
    world.watch.look();
    world.watch.look();
    assert_eq!(world.titles(), ["First"]);
    let told = world.states.list();
    let refused = told[0].refused.as_deref().unwrap();
    assert_eq!(told[0].app, "copy");
    assert!(refused.contains("holds an app called `sales`"), "{refused}");
}

#[test]
fn a_folder_that_fails_its_check_changes_nothing_and_is_told() {
    let mut world = World::new(Follow::Changes);
    let take_in = |world: &mut World, title: &str| {
        world.write(title);
        world.watch.look();
        world.watch.look();
    };
    take_in(&mut world, "Sound one");
    fs::write(world.manifest(), "name = \"sales\"\ntitel = \"typed wrong\"\n").unwrap();
    world.watch.look();
    world.watch.look();
    assert_eq!(world.titles(), ["Sound one"]);
    let states = world.states.list();
    assert_eq!(states[0].app, "sales");
    assert!(
        states[0]
            .refused
            .as_deref()
            .unwrap()
            .starts_with("app.toml:2:1: error: "),
        "{states:?}"
    );
    take_in(&mut world, "Mended one");
    assert_eq!(world.titles(), ["Mended one"]);
    assert_eq!(world.states.list()[0].refused, None);
}

#[test]
fn without_watching_only_a_request_takes_a_folder_in() {
    let mut world = World::new(Follow::Requests);
    world.write("Second version");
    for _ in 0..3 {
        world.watch.look();
    }
    assert_eq!(world.titles(), Vec::<String>::new());
    let requests = Requests::of(world.data.path());
    let request = requests.ask("sales", "n").unwrap();
    world.watch.look();
    assert_eq!(world.titles(), ["Second version"]);
    let Taken::Answered(answer) = requests.look(&request).unwrap() else {
        panic!("there is an answer")
    };
    assert!(answer.is_taken_in);
    assert_eq!(answer.text, "sales is taken in; 0 sessions go on with it");
    fs::remove_file(world.manifest()).unwrap();
    let request = requests.ask("sales", "m").unwrap();
    world.watch.look();
    let Taken::Answered(answer) = requests.look(&request).unwrap() else {
        panic!("there is an answer")
    };
    assert!(!answer.is_taken_in);
    assert!(answer.text.contains("app.toml"), "{}", answer.text);
    assert_eq!(world.titles(), ["Second version"]);
}
