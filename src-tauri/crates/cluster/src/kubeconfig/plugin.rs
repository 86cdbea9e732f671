//! A user's `exec`, by client-go's rules for what it has to say.

use std::path::Path;

use secrecy::SecretString;

use super::node::{Malformed, Node, Value};
use crate::exec::{ApiVersion, Interactive, Plugin};

/// Reads the `exec` of a user in `file`.
pub(super) fn plugin(exec: &Node, file: &Path) -> Result<Plugin, Malformed> {
    if !matches!(exec.value, Value::Map(_)) {
        return Err(exec.malformed("exec is not a map"));
    }
    let command = exec.text("command")?.ok_or_else(|| exec.malformed("exec has no command"))?;
    let version = api_version(exec)?;
    Ok(Plugin {
        api_version: version,
        command: whole(exec, "command", command)?,
        arguments: arguments(exec)?,
        variables: exec.list("env")?.iter().map(variable).collect::<Result<_, _>>()?,
        install_hint: exec.text("installHint")?.map(str::to_owned),
        provides_cluster_info: exec.is_set("provideClusterInfo")?,
        interactive: interactive(exec, version)?,
        file: file.to_owned(),
        line: exec.line(),
    })
}

fn api_version(exec: &Node) -> Result<ApiVersion, Malformed> {
    let Some(text) = exec.text("apiVersion")? else { return Err(exec.malformed("exec has no apiVersion")) };
    ApiVersion::parse(text).ok_or_else(|| {
        let at = exec.get("apiVersion").unwrap_or(exec);
        at.malformed(&format!("exec has the apiVersion {text:?}, which no kubectl knows any more or yet"))
    })
}

fn interactive(exec: &Node, version: ApiVersion) -> Result<Interactive, Malformed> {
    match (exec.text("interactiveMode")?, version) {
        (Some("Never"), _) => Ok(Interactive::Never),
        (Some("IfAvailable"), _) | (None, ApiVersion::V1Beta1) => Ok(Interactive::IfAvailable),
        (Some("Always"), _) => Ok(Interactive::Always),
        (None, ApiVersion::V1) => Err(exec.malformed("exec has no interactiveMode, which v1 asks for")),
        (Some(text), _) => {
            let at = exec.get("interactiveMode").unwrap_or(exec);
            Err(at.malformed(&format!(
                "exec has the interactiveMode {text:?}, which is none of Never, IfAvailable and Always"
            )))
        }
    }
}

fn arguments(exec: &Node) -> Result<Vec<String>, Malformed> {
    exec.texts("args")?.iter().map(|text| whole(exec, "args", text)).collect()
}

fn variable(node: &Node) -> Result<(String, SecretString), Malformed> {
    if !matches!(node.value, Value::Map(_)) {
        return Err(node.malformed("env holds something without name and value"));
    }
    let name = node.text("name")?.ok_or_else(|| node.malformed("env holds a variable without a name"))?;
    if name.contains('=') {
        return Err(node.malformed("env holds a variable with = in its name"));
    }
    let value = node.text("value")?.unwrap_or_default();
    Ok((whole(node, "name", name)?, SecretString::from(whole(node, "value", value)?)))
}

/// A text that can be handed to a program.
fn whole(node: &Node, key: &str, text: &str) -> Result<String, Malformed> {
    if text.contains('\0') {
        return Err(node.get(key).unwrap_or(node).malformed(&format!("{key} holds a NUL")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::kubeconfig::reading;

    const V1: &str = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: aws";

    fn read(exec: &str) -> Result<Plugin, Malformed> {
        let document =
            reading::parse(format!("exec: {exec}\n").as_bytes()).expect("YAML").expect("a document");
        plugin(document.get("exec").expect("exec"), Path::new("/home/jane/.kube/config"))
    }

    fn check_malformed(exec: &str, problem: &str) {
        let malformed = read(exec).expect_err("it cannot be used");
        assert_eq!((malformed.line, malformed.problem.as_str()), (Some(1), problem), "{exec}");
    }

    #[test]
    fn all_that_a_kubeconfig_says_is_read() {
        let text = "args: [eks, get-token, '5'], env: [{name: A, value: planted-secret}, {name: B}], \
            installHint: brew install aws, provideClusterInfo: true";
        let plugin = read(&format!("{{{V1}, {text}}}")).expect("usable");
        assert_eq!(plugin.command(), "aws");
        assert_eq!(plugin.arguments, ["eks", "get-token", "5"]);
        assert_eq!(plugin.variables[0].1.expose_secret(), "planted-secret");
        assert_eq!((plugin.variables[1].0.as_str(), plugin.variables[1].1.expose_secret()), ("B", ""));
        assert_eq!(plugin.install_hint.as_deref(), Some("brew install aws"));
        assert!(plugin.provides_cluster_info);
        assert_eq!((plugin.api_version, plugin.interactive), (ApiVersion::V1, Interactive::Never));
        assert_eq!((plugin.file(), plugin.line), (Path::new("/home/jane/.kube/config"), Some(1)));
        assert!(!format!("{plugin:?}").contains("planted"));
    }

    #[test]
    fn a_beta_plugin_may_leave_out_how_it_reads() {
        let plugin =
            read("{apiVersion: client.authentication.k8s.io/v1beta1, command: aws}").expect("usable");
        assert_eq!((plugin.api_version, plugin.interactive), (ApiVersion::V1Beta1, Interactive::IfAvailable));
        assert!(plugin.arguments.is_empty() && plugin.variables.is_empty() && !plugin.provides_cluster_info);
    }

    #[test]
    fn a_malformed_plugin_is_named_by_field_and_line() {
        let v1 = "apiVersion: client.authentication.k8s.io/v1, command: aws";
        check_malformed("aws", "exec is not a map");
        check_malformed("{apiVersion: v1}", "exec has no command");
        check_malformed("{command: [aws]}", "command is a list, not text");
        check_malformed("{command: aws}", "exec has no apiVersion");
        check_malformed(
            "{command: aws, apiVersion: client.authentication.k8s.io/v1alpha1}",
            "exec has the apiVersion \"client.authentication.k8s.io/v1alpha1\", which no kubectl knows any more or yet",
        );
        check_malformed(&format!("{{{v1}}}"), "exec has no interactiveMode, which v1 asks for");
        check_malformed(
            &format!("{{{v1}, interactiveMode: Sometimes}}"),
            "exec has the interactiveMode \"Sometimes\", which is none of Never, IfAvailable and Always",
        );
        check_malformed(&format!("{{{V1}, args: token}}"), "args is text, not a list");
        check_malformed(&format!("{{{V1}, args: [[a]]}}"), "args holds a list, not only text");
        check_malformed(&format!("{{{V1}, args: [\"a\\0b\"]}}"), "args holds a NUL");
        check_malformed(&format!("{{{V1}, env: {{A: b}}}}"), "env is a map, not a list");
        check_malformed(&format!("{{{V1}, env: [A=b]}}"), "env holds something without name and value");
        check_malformed(&format!("{{{V1}, env: [{{value: b}}]}}"), "env holds a variable without a name");
        check_malformed(
            &format!("{{{V1}, env: [{{name: A=, value: b}}]}}"),
            "env holds a variable with = in its name",
        );
        check_malformed(&format!("{{{V1}, env: [{{name: A, value: [b]}}]}}"), "value is a list, not text");
        check_malformed(
            &format!("{{{V1}, provideClusterInfo: maybe}}"),
            "provideClusterInfo is text, not true or false",
        );
    }
}
