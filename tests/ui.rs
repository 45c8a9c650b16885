//! What the compiler says of programs that it must refuse.
//!
//! One folder per pass that refuses, one file per mistake, and next to it what the user reads:
//! one error, on a token of the user's own. After a change of a message on purpose:
//!
//! ```text
//!   TRYBUILD=overwrite cargo test --test ui
//! ```

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui-tests/*/*.rs");
}

/// What the README says to be refused has a program here.
#[test]
fn refusals_have_programs() {
    let readme = include_str!("../README.md");
    let (_, list) = readme
        .split_once("Refused. Each has a program")
        .expect("the README has the list");
    let (list, _) = list
        .split_once("The runtime is Linux only")
        .expect("the list ends");
    let folders: Vec<String> = std::fs::read_dir("ui-tests")
        .expect("the programs are here")
        .map(|entry| {
            entry
                .expect("a folder")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let is_program = |name: &&str| {
        let folder = name.split_once('/').map(|(folder, _)| folder);
        folder.is_some_and(|folder| folders.iter().any(|known| known == folder))
    };
    let programs: Vec<&str> = list.split('`').filter(is_program).collect();
    assert!(programs.len() > 20, "{programs:?}");
    for program in programs {
        let path = format!("ui-tests/{program}.rs");
        assert!(std::path::Path::new(&path).exists(), "{path}");
    }
}
