//! The commands that the doctor names can be typed.

use recovery::doctor::all;

#[test]
fn every_command_of_a_step_is_one() {
    let mut wrong = Vec::new();
    for signature in all() {
        for step in signature.steps.iter().filter(|step| !step.command.is_empty()) {
            let words = step.command.replace("{job}", "0123456789abcdef0123456789abcdef");
            let words: Vec<String> = words
                .split_whitespace()
                .map(|word| if word == "N" { "4".to_owned() } else { word.to_owned() })
                .collect();
            match flinkops::command().try_get_matches_from(&words) {
                Ok(_) => {}
                Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {}
                Err(error) => wrong.push(format!("{}: `{}`: {error}", signature.code, step.command)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
