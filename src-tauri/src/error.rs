//! What a command answers when it did not happen: the engine's error, which crosses as the contract's `ApiError`.

use std::{fmt::Display, sync::Arc};

use secateur_contract::{ApiError, ErrorCode};
use secateur_engine::{Code, EngineError, Failure};
use serde::{Serialize, Serializer};

use crate::convert::IntoPage;

/// Why a command did not happen.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The engine says why.
    Engine(EngineError),
    /// A file that the person asked for was not written: a sentence that names it.
    Unwritten(String),
    /// The person could not be asked for files.
    Unpicked(String),
}

impl CommandError {
    /// `file` was not written.
    pub(crate) fn unwritten(file: &str, why: &dyn Display) -> Self {
        Self::Unwritten(format!("{file} was not written: {why}"))
    }

    /// No dialog could be shown.
    pub(crate) fn unpicked(why: &dyn Display) -> Self {
        Self::Unpicked(format!("No files can be picked: {why}."))
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl Serialize for CommandError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = match self {
            Self::Engine(error) => error.describe().into_page(),
            Self::Unwritten(message) => own(ErrorCode::FileNotWritten, message),
            Self::Unpicked(message) => own(ErrorCode::InvalidRequest, message),
        };
        told.serialize(serializer)
    }
}

/// An error of the window's own.
fn own(code: ErrorCode, message: &str) -> ApiError {
    ApiError {
        code,
        message: message.to_owned(),
        hint: None,
        cluster: None,
        object: None,
        retryable: true,
        status: None,
        server_words: None,
        audit_id: None,
    }
}

impl IntoPage<ApiError> for Arc<Failure> {
    fn into_page(self) -> ApiError {
        Self::unwrap_or_clone(self).into_page()
    }
}

impl IntoPage<ApiError> for Failure {
    fn into_page(self) -> ApiError {
        ApiError {
            code: self.code.into_page(),
            message: self.message,
            hint: self.hint,
            cluster: self.cluster,
            object: self.object,
            retryable: self.is_retryable,
            status: self.status,
            server_words: self.server_words,
            audit_id: self.audit_id,
        }
    }
}

impl IntoPage<ErrorCode> for Code {
    fn into_page(self) -> ErrorCode {
        match self {
            Self::ClusterRequired => ErrorCode::ClusterRequired,
            Self::ClusterUnknown => ErrorCode::ClusterUnknown,
            Self::KubeconfigUnusable => ErrorCode::KubeconfigUnusable,
            Self::Unreachable => ErrorCode::Unreachable,
            Self::Timeout => ErrorCode::Timeout,
            Self::Intercepted => ErrorCode::Intercepted,
            Self::UntrustedCertificate => ErrorCode::UntrustedCertificate,
            Self::SignInRequired => ErrorCode::SignInRequired,
            Self::ConsentRequired => ErrorCode::ConsentRequired,
            Self::PluginFailed => ErrorCode::PluginFailed,
            Self::Refused => ErrorCode::Refused,
            Self::NotFound => ErrorCode::NotFound,
            Self::Conflict => ErrorCode::Conflict,
            Self::Busy => ErrorCode::Busy,
            Self::ServerFailed => ErrorCode::ServerFailed,
            Self::KindUnknown => ErrorCode::KindUnknown,
            Self::NotOpen => ErrorCode::NotOpen,
            Self::PlanChanged => ErrorCode::PlanChanged,
            Self::ProofWrong => ErrorCode::ProofWrong,
            Self::OtherCluster => ErrorCode::OtherCluster,
            Self::StorageFailed => ErrorCode::StorageFailed,
            Self::ReadOnly => ErrorCode::ReadOnly,
            Self::PlanNotReady => ErrorCode::PlanNotReady,
            Self::CopyUnreadable => ErrorCode::CopyUnreadable,
            Self::InvalidRequest => ErrorCode::InvalidRequest,
        }
    }
}
