//! The help of every command, as a person sees it. A change of a name or an option shows here.

#[test]
fn every_command_explains_itself() {
    let mut command = flinkops::command().term_width(100);
    command.build();
    let mut text = String::new();
    collect(&mut command, "flinkops", &mut text);
    insta::assert_snapshot!("help", text);
}

fn collect(command: &mut clap::Command, path: &str, text: &mut String) {
    if command.is_hide_set() {
        return;
    }
    let help = command.render_long_help().to_string();
    let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.push_str(&format!("$ {path} --help\n{help}\n\n"));
    let is_leaf = !command.has_subcommands();
    assert!(!is_leaf || help.contains("xample"), "{path} has no example in its help");
    for child in command.get_subcommands_mut() {
        let path = format!("{path} {}", child.get_name());
        collect(child, &path, text);
    }
}
