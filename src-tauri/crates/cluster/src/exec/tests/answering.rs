//! What plugins print, and what becomes of it.

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use super::*;

#[tokio::test]
async fn a_token_and_a_certificate_are_taken() {
    let bench = Bench::new();
    let made = rcgen::generate_simple_self_signed(["jane".to_owned()]).expect("a certificate");
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let expires = Timestamp::now() + SignedDuration::from_hours(1);
    let status = serde_json::json!({
        "token": TOKEN, "clientCertificateData": certificate, "clientKeyData": key,
        "expirationTimestamp": format!("{expires:.0}"),
    });
    let plugin = bench.printing(answer(status.to_string().trim_matches(['{', '}'])));
    let given = bench.run(&plugin).await.expect("a credential");
    assert_eq!(given.token.as_ref().map(ExposeSecret::expose_secret), Some(TOKEN));
    let (chain, kept) = given.certificate.as_ref().expect("a certificate");
    assert_eq!((chain.as_str(), kept.expose_secret()), (certificate.as_str(), key.as_bytes()));
    assert_eq!(given.expires.map(Timestamp::as_second), Some(expires.as_second()));
    let shown = format!("{given:?}");
    assert!(!shown.contains(TOKEN) && !shown.contains("PRIVATE"), "{shown}");
}

async fn check_unusable(printed: impl AsRef<[u8]>, problem: &str) {
    let bench = Bench::new();
    assert_eq!(bench.unusable(&bench.printing(printed)).await, problem);
    assert_eq!(bench.runs(), 1);
}

#[tokio::test]
async fn fault_28_what_is_no_credential_is_a_named_error() {
    check_unusable("planted garbage", "what it printed is not JSON (line 1)").await;
    check_unusable(" \n", "it printed nothing").await;
    check_unusable(b"planted\xff\xfe", "what it printed is not UTF-8").await;
    let coloured = format!("\x1b[32m{}\x1b[0m", token());
    check_unusable(coloured, "it printed terminal colours or control sequences instead of JSON alone").await;
    check_unusable(token() + "\n" + &token(), "it printed more than one JSON document").await;
    check_unusable(&token()[..60], "what it printed ends in the middle of the JSON document").await;
    let wrong = "what it printed is JSON and no ExecCredential (line 1 is not as it should be)";
    check_unusable("\"planted\"", wrong).await;
    check_unusable(answer("\"token\": [\"planted\"]"), wrong).await;
    check_unusable("[".repeat(100_000), wrong).await;
}

#[tokio::test]
async fn fault_28_a_hundred_megabytes_are_cut_at_one() {
    let bench = Bench::new();
    let plugin = bench.script("echo $$ > pid\nhead -c 100000000 /dev/zero\necho whole > whole");
    assert_eq!(bench.unusable(&plugin).await, "it printed more than 1 MiB");
    are_gone(&bench.read("pid")).await;
    assert_eq!(bench.read("whole"), "", "it did not get to its end");
    // One that would never stop is no different.
    assert_eq!(bench.unusable(&bench.script("yes planted")).await, "it printed more than 1 MiB");
}

#[tokio::test]
async fn fault_28_twenty_megabytes_of_complaints_are_no_harm() {
    let bench = Bench::new();
    bench.write("answer", token());
    let plugin = bench.script("head -c 20000000 /dev/zero | tr '\\0' x >&2\necho the end >&2\ncat answer");
    let run = background();
    bench.plugins.credential(&plugin, &ClusterInfo::default(), &run).await.expect("a credential");
    let text = run.output.borrow().text.clone();
    assert!(text.len() <= 64 << 10 && text.ends_with("xthe end\n"), "{} bytes", text.len());
}

#[tokio::test]
async fn fault_29_a_plugin_that_fails_after_printing_a_token_shows_its_complaint_and_no_token() {
    let bench = Bench::new();
    bench.write("answer", token());
    let plugin = bench.script("cat answer\nprintf '\\033[31mcannot reach the issuer\\033[0m\\n' >&2\nexit 3");
    let run = background();
    let error =
        bench.plugins.credential(&plugin, &ClusterInfo::default(), &run).await.expect_err("it failed");
    let PluginError::Failed { status, stderr, .. } = &error else { panic!("{error:?}") };
    assert_eq!((status.as_str(), stderr.as_str()), ("exit code 3", "cannot reach the issuer\n"));
    assert_eq!(error.to_string(), "the credential plugin \"/bin/sh\" failed with exit code 3");
    let shown = format!("{error:?}{}", run.output.borrow().text);
    assert!(!shown.contains("planted"), "{shown}");
    for end in ["", "exit 1"] {
        let (bench, run) = (Bench::new(), background());
        bench.write("answer", token());
        let plugin = bench.script(&format!("cat answer\nsed s/^/+/ answer >&2\n{end}"));
        let outcome = bench.plugins.credential(&plugin, &ClusterInfo::default(), &run).await;
        let shown = format!("{outcome:?}{}", run.output.borrow().text);
        assert!(shown.contains("\"token\":\"[hidden]\"") && !shown.contains("planted"), "{shown}");
    }
    let killed = bench.run(&bench.script("kill -9 $$")).await.expect_err("it was killed");
    assert!(killed.to_string().contains("SIGKILL"), "{killed}");
}

#[tokio::test]
async fn fault_30_an_answer_that_lacks_something_is_a_named_error() {
    let v1 = "client.authentication.k8s.io/v1";
    let of = |kind: &str, version: &str| token().replace("ExecCredential", kind).replace(v1, version);
    check_unusable(of("Status", v1), "what it printed is not of kind ExecCredential").await;
    check_unusable("{}", "what it printed is not of kind ExecCredential").await;
    let asks = "the kubeconfig asks for client.authentication.k8s.io/v1, and it printed";
    let beta = "client.authentication.k8s.io/v1beta1";
    check_unusable(of("ExecCredential", beta), &format!("{asks} {beta}")).await;
    check_unusable(of("ExecCredential", "planted"), &format!("{asks} another version")).await;
    check_unusable("{\"kind\":\"ExecCredential\"}", &format!("{asks} another version")).await;
    let bare = format!("{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{v1}\"}}");
    check_unusable(bare, "what it printed has no status").await;
    check_unusable(answer(""), "its status has neither a token nor a client certificate").await;
    check_unusable(answer("\"token\":\"\""), "its status has neither a token nor a client certificate").await;
    let certificate = answer("\"clientCertificateData\":\"planted\"");
    check_unusable(certificate, "its status has a client certificate without a key").await;
    let key = answer("\"token\":\"planted\",\"clientKeyData\":\"planted\"");
    check_unusable(key, "its status has a client key without a certificate").await;
    let both = answer("\"clientCertificateData\":\"planted\",\"clientKeyData\":\"planted\"");
    check_unusable(both, "its clientCertificateData holds no certificate in PEM").await;
    let made = rcgen::generate_simple_self_signed(["jane".to_owned()]).expect("a certificate");
    let pem = serde_json::Value::from(made.cert.pem());
    let both = answer(&format!("\"clientCertificateData\":{pem},\"clientKeyData\":\"planted\""));
    check_unusable(both, "its clientKeyData holds no private key in PEM").await;
}

#[tokio::test]
async fn fault_30_an_expiry_that_is_past_or_no_time_is_an_error_and_runs_once() {
    for (time, problem) in [
        ("2020-01-01T00:00:00Z", "it had expired at 2020-01-01T00:00:00Z, and this machine's clock says "),
        ("planted", "its expirationTimestamp is no time as in RFC 3339"),
        ("", "its expirationTimestamp is no time as in RFC 3339"),
    ] {
        let bench = Bench::new();
        let status = format!("\"token\":\"{TOKEN}\",\"expirationTimestamp\":\"{time}\"");
        let found = bench.unusable(&bench.printing(answer(&status))).await;
        assert!(found.starts_with(problem), "{found}");
        assert_eq!(bench.runs(), 1, "it does not loop");
    }
}

#[tokio::test]
async fn fault_30_without_an_expiry_a_credential_lasts_until_it_is_refused() {
    let bench = Bench::new();
    let plugin = bench.printing(answer(&format!("\"token\":\"{TOKEN}\",\"expirationTimestamp\":null")));
    let first = bench.run(&plugin).await.expect("a credential");
    assert_eq!(first.expires, None);
    assert_eq!(bench.run(&plugin).await.expect("the same").serial, first.serial);
    assert_eq!(bench.runs(), 1);
}

#[tokio::test]
async fn what_cannot_be_run_is_said_in_the_systems_words() {
    let bench = Bench::new();
    executable(&bench.path("plugin"), "#!/nowhere/interpreter\n");
    let error = bench.run(&bench.plugin("./plugin", &[])).await.expect_err("no interpreter");
    assert!(matches!(error, PluginError::CannotRun { .. }), "{error:?}");
    assert!(error.to_string().contains("\"./plugin\" cannot be run: No such file"), "{error}");
}
