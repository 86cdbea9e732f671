//! One cluster's server: who asks, whether they may, and which part answers.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use secateur_cluster::ResponseBody;
use secateur_domain::clock::Clock;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    answer::{Answer, Form, Number, respond},
    deleting::{self, Options},
    deletion::Fate,
    discovery, eviction,
    kinds::{DEFINITIONS, Kind},
    listing::{self, Wanted},
    object,
    rights::{self, Access, User},
    route::{Objects, Query, Route, verb},
    state::State,
    status::Refusal,
    watching::{self, Watch},
    writing::{self, Change, Target, Written},
};

const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// A cluster.
pub(crate) struct Cluster {
    clock: Arc<dyn Clock>,
    /// Guards all that the cluster is; never held while anything is waited for.
    state: Mutex<State>,
    /// The version of the last change, for those who watch.
    changed: watch::Sender<u64>,
}

/// What is sent back.
enum Reply {
    Answer(Answer),
    Watch(Box<Watch>),
}

/// A request, taken apart.
struct Asked<'a> {
    user: User,
    method: &'a Method,
    objects: Objects,
    query: Query,
    form: Form,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl Cluster {
    pub(crate) fn new(clock: Arc<dyn Clock>, state: State) -> Self {
        let changed = watch::Sender::new(state.version());
        Self { clock, state: Mutex::new(state), changed }
    }

    /// Does something with the cluster as it is now, once everything has happened that was due.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.run_until(self.clock.now_ms());
        let outcome = work(&mut state);
        let version = state.version();
        drop(state);
        self.changed.send_if_modified(|known| std::mem::replace(known, version) != version);
        outcome
    }

    /// Told of every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Answers a request; a watch's answer goes on until it is dropped.
    pub(crate) fn answer(self: &Arc<Self>, request: &Request<Bytes>) -> Response<ResponseBody> {
        let (reply, now_ms, audit_id) = self.with(|state| {
            let audit_id = state.new_uid();
            let reply = serve(state, request).unwrap_or_else(|refusal| Reply::Answer(refusal.into()));
            (reply, state.now_ms(), audit_id)
        });
        let mut response = match reply {
            Reply::Answer(answer) => answer.into_response(),
            Reply::Watch(watch) => {
                let mut response = respond(200, watching::open(Arc::clone(self), *watch));
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response
            }
        };
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(now_ms));
        for (name, text) in [(header::DATE, date), (AUDIT_ID, audit_id)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn serve(state: &mut State, request: &Request<Bytes>) -> Result<Reply, Refusal> {
    let user = rights::authenticate(state, request.headers().get(header::AUTHORIZATION))?;
    let (method, query) = (request.method(), Query::of(request.uri()));
    match Route::of(request.uri()) {
        Route::Malformed => Ok(Reply::Answer(Answer::no_such_path())),
        Route::Document(path) => {
            let verb = method.as_str().to_ascii_lowercase();
            rights::authorize(state, &user, &Access::Path { verb: &verb, path: request.uri().path() })?;
            discovery::document(&state.kinds, &path, request.headers()).map(Reply::Answer)
        }
        Route::Objects(objects) => {
            let is_namespace = objects.plural == "namespaces" && objects.group.is_empty();
            let verb = verb(method, &objects, &query);
            rights::authorize(
                state,
                &user,
                &Access::Resource {
                    verb,
                    group: &objects.group,
                    plural: &objects.plural,
                    subresource: &objects.subresource,
                    namespace: if is_namespace { &objects.name } else { &objects.namespace },
                    name: &objects.name,
                },
            )?;
            let (headers, body) = (request.headers(), request.body());
            // Whoever cannot be answered has nothing done for them either.
            let form = Form::wanted(headers, if verb == "list" { Number::Many } else { Number::One })?;
            serve_objects(state, &Asked { user, method, objects, query, form, headers, body })
        }
    }
}

fn serve_objects(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let Objects { group, version, namespace, plural, name, subresource } = &asked.objects;
    if is_review(&asked.objects) && *asked.method == Method::POST {
        let review = rights::review(state, &asked.user, plural, asked.json("a review")?);
        return Ok(Reply::Answer(Answer::json(201, review)));
    }
    let kind = state.kinds.served(group, version, plural).map(Arc::clone);
    let Some(kind) = kind.filter(|kind| {
        let is_place = kind.is_namespaced || namespace.is_empty();
        let has_place = !kind.is_namespaced || !namespace.is_empty() || name.is_empty();
        is_place && has_place && (subresource.is_empty() || kind.subresources.contains(subresource))
    }) else {
        let is_own = |kind: &Arc<Kind>| !kind.is_custom && kind.group == *group && kind.version == *version;
        return if state.kinds.all().iter().any(is_own) {
            Err(Refusal::no_such_resource())
        } else {
            Ok(Reply::Answer(Answer::no_such_path()))
        };
    };
    match *asked.method {
        Method::GET => read(state, &kind, asked),
        Method::DELETE if !name.is_empty() && subresource.is_empty() => delete(state, &kind, asked),
        _ => write(state, &kind, asked),
    }
}

fn read(state: &State, kind: &Arc<Kind>, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let Objects { namespace, name, .. } = &asked.objects;
    if !name.is_empty() {
        let object = state.get(&kind.resource(), namespace, name);
        let object = object.ok_or_else(|| Refusal::not_found(kind, name))?;
        return asked.shown(state, kind, object, 200, Vec::new());
    }
    let namespace = (!namespace.is_empty()).then_some(namespace.as_str());
    let wanted = Wanted { kind, namespace, query: &asked.query, form: asked.form };
    if asked.query.is("watch") {
        return Ok(Reply::Watch(Box::new(Watch::of(state, &wanted)?)));
    }
    Ok(Reply::Answer(Answer::json(200, listing::list(state, &wanted)?)))
}

fn write(state: &mut State, kind: &Arc<Kind>, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let Objects { namespace, name, subresource, .. } = &asked.objects;
    match *asked.method {
        Method::POST if subresource == "eviction" => {
            let body = asked.json("an Eviction")?;
            let is_dry_run = asked.is_dry_run("CreateOptions")?;
            let done = eviction::evict(state, namespace, name, &body, is_dry_run)?;
            Ok(Reply::Answer(Answer::json(201, done)))
        }
        Method::POST if name.is_empty() => {
            insist_on_life(state, kind)?;
            let target = asked.target(kind, "CreateOptions")?;
            let Written { object, warnings } = writing::create(state, &target, asked.json(&kind.name)?)?;
            asked.shown(state, kind, &object, 201, warnings)
        }
        Method::PUT | Method::PATCH if !name.is_empty() => {
            let (change, options) = if *asked.method == Method::PUT {
                (Change::Whole(asked.json(&kind.name)?), "UpdateOptions")
            } else {
                (asked.patch()?, "PatchOptions")
            };
            let Written { object, warnings } = writing::change(state, &asked.target(kind, options)?, change)?;
            asked.shown(state, kind, &object, 200, warnings)
        }
        _ => Err(Refusal::method_not_allowed()),
    }
}

fn delete(state: &mut State, kind: &Arc<Kind>, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let options = Options::read(asked.body, &asked.query)?;
    let Objects { namespace, name, .. } = &asked.objects;
    let deleted = deleting::delete(state, kind, namespace, name, &options)?;
    let (code, object) = match &deleted.fate {
        Fate::Removed(object) if !kind.returns_deleted => {
            let mut answer = Answer::json(200, deleting::success(kind, object));
            answer.warnings = deleted.warnings;
            return Ok(Reply::Answer(answer));
        }
        Fate::Removed(object) => (200, object),
        Fate::Terminating(object) | Fate::Pending(object) => {
            (if options.orphan_dependants == Some(false) { 202 } else { 200 }, object)
        }
    };
    asked.shown(state, kind, object, code, deleted.warnings)
}

/// The questions about oneself; nothing of them is stored.
fn is_review(objects: &Objects) -> bool {
    matches!(
        (objects.group.as_str(), objects.plural.as_str()),
        ("authentication.k8s.io", "selfsubjectreviews")
            | ("authorization.k8s.io", "selfsubjectaccessreviews")
    )
}

/// Refuses to create objects of a kind whose definition is on its way out.
fn insist_on_life(state: &State, kind: &Kind) -> Result<(), Refusal> {
    let definition = kind.is_custom.then(|| state.get(DEFINITIONS, "", &kind.resource())).flatten();
    if definition.is_some_and(|definition| object::is_terminating(definition)) {
        let message = "create not allowed while custom resource definition is terminating";
        return Err(Refusal { message: message.to_owned(), ..Refusal::method_not_allowed() });
    }
    Ok(())
}

impl Asked<'_> {
    /// An object in the form that is wanted.
    fn shown(
        &self,
        state: &State,
        kind: &Arc<Kind>,
        object: &Arc<Value>,
        code: u16,
        warnings: Vec<String>,
    ) -> Result<Reply, Refusal> {
        let shown = listing::one(kind, object, &self.query, self.form, state.now_ms())?;
        Ok(Reply::Answer(Answer { warnings, ..Answer::json(code, shown) }))
    }

    fn target<'a>(&'a self, kind: &'a Kind, options: &str) -> Result<Target<'a>, Refusal> {
        Ok(Target {
            kind,
            namespace: &self.objects.namespace,
            name: &self.objects.name,
            subresource: &self.objects.subresource,
            is_dry_run: self.is_dry_run(options)?,
        })
    }

    fn is_dry_run(&self, options: &str) -> Result<bool, Refusal> {
        match self.query.get("dryRun") {
            "" => Ok(false),
            "All" => Ok(true),
            other => {
                let why = format!("dryRun: Unsupported value: {other:?}: supported values: \"All\"");
                Err(Refusal::new(422, "Invalid", format!("{options}.meta.k8s.io \"\" is invalid: {why}")))
            }
        }
    }

    fn json(&self, expected: &str) -> Result<Value, Refusal> {
        serde_json::from_slice(self.body).map_err(|problem| {
            Refusal::bad_request(format!(
                "the object provided is unrecognized (must be of type {expected}): couldn't get version/kind; json \
                 parse error: {problem}"
            ))
        })
    }

    fn patch(&self) -> Result<Change, Refusal> {
        let kind =
            self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let undecodable =
            |problem: serde_json::Error| Refusal::bad_request(format!("error decoding patch: {problem}"));
        match kind.split(';').next().unwrap_or_default() {
            "application/json-patch+json" => {
                serde_json::from_slice(self.body).map(Change::Steps).map_err(undecodable)
            }
            // Nothing that is patched here has lists that a strategic merge would merge.
            "application/merge-patch+json" | "application/strategic-merge-patch+json" => {
                serde_json::from_slice(self.body).map(Change::Merge).map_err(undecodable)
            }
            _ => Err(Refusal::new(415, "UnsupportedMediaType", "415: Unsupported Media Type")),
        }
    }
}
