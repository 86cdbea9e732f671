//! What Kubernetes does, as far as Secateur depends on it. Each behaviour is written once and is asked of a real control
//! plane and of practice: where the two differ, practice is wrong.

mod admission;
mod ask;
mod claims;
mod creating;
mod definitions;
mod deleting;
mod discovery;
mod dry_runs;
mod eviction;
mod finalizers;
mod garbage;
mod grace;
mod lists;
mod namespaces;
mod objects;
mod paging;
mod patching;
mod preconditions;
mod propagation;
mod reviews;
mod rights;
mod selectors;
mod self_test;
mod subject;
mod tables;
mod watches;
mod workloads;

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use secateur_cluster::Transport;
pub(crate) use subject::Subject;

/// One behaviour, as it is asked of somebody.
type Behaviour = for<'a> fn(&'a Subject) -> LocalBoxFuture<'a, ()>;

/// Makes of every behaviour a test on a real control plane, one on practice, and a line in the list of all.
macro_rules! behaviours {
    ($($subject:ident: [$($behaviour:ident),* $(,)?])*) => {
        /// Every behaviour with its name.
        const BEHAVIOURS: &[(&str, Behaviour)] =
            &[$($((stringify!($behaviour), |subject| Box::pin($subject::$behaviour(subject)))),*),*];

        mod real {
            $(mod $subject {
                $(#[test]
                fn $behaviour() {
                    super::super::on_real(|subject| Box::pin(super::super::$subject::$behaviour(subject)));
                })*
            })*
        }

        mod practice {
            $(mod $subject {
                $(#[test]
                fn $behaviour() {
                    super::super::on_practice(|subject| Box::pin(super::super::$subject::$behaviour(subject)));
                })*
            })*
        }
    };
}

fn on_real(behaviour: Behaviour) {
    on_real_by(|way| way, behaviour);
}

fn on_practice(behaviour: Behaviour) {
    on_practice_by(|way| way, behaviour);
}

/// On a real control plane, which is reached as `way` wants it.
pub(crate) fn on_real_by(
    way: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    behaviour: impl AsyncFnOnce(&Subject),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { behaviour(&Subject::real(way).await).await });
}

/// On practice, which is reached as `way` wants it. Its time passes when somebody waits.
pub(crate) fn on_practice_by(
    way: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    behaviour: impl AsyncFnOnce(&Subject),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async { behaviour(&Subject::practice(way).await).await });
}

behaviours! {
    discovery: [
        the_core_group_is_discovered_in_one_document,
        the_other_groups_are_discovered_in_another_one,
        evictions_are_discovered_under_pods,
        what_is_served_is_not_sent_again_when_it_is_known,
        a_kind_that_is_defined_is_discovered_and_one_that_is_deleted_is_not,
        who_may_do_nothing_may_discover,
        the_version_is_told_to_everyone,
        what_is_not_served_is_not_found_and_is_no_absence_of_an_object,
        every_answer_has_a_date_and_a_name_of_its_own,
    ]
    tables: [
        pods_are_printed_in_their_columns,
        workloads_are_printed_in_their_columns,
        configuration_is_printed_in_its_columns,
        storage_is_printed_in_its_columns,
        what_is_in_no_namespace_is_printed_in_its_columns,
        rights_are_printed_in_their_columns,
        a_row_counts_what_is_in_a_config_map_and_a_secret,
        a_row_tells_how_a_pod_is,
        a_row_says_that_a_pod_is_terminating,
        a_row_counts_the_pods_of_a_deployment,
        a_row_counts_the_pods_of_a_stateful_set,
        a_row_says_that_a_job_is_complete,
        a_row_tells_what_a_budget_allows,
        a_row_tells_the_volume_of_a_claim,
        a_row_has_the_metadata_of_its_object,
        a_row_has_nothing_of_its_object_where_nothing_is_asked_for,
        a_row_has_its_whole_object_where_that_is_asked_for,
        a_list_of_nothing_is_a_table_without_rows,
        a_list_as_metadata_has_nothing_else_of_its_objects,
        an_object_as_metadata_has_nothing_else_of_itself,
        a_form_that_no_server_has_is_not_acceptable,
    ]
    lists: [
        an_object_says_what_it_is_and_an_item_of_a_list_does_not,
        a_list_is_in_the_order_of_names,
        a_list_of_all_namespaces_has_every_one,
        a_list_of_a_namespace_that_is_not_there_is_empty,
        an_object_that_is_not_there_is_named,
        a_version_grows_with_every_change,
        a_list_can_be_had_as_it_was,
        a_list_as_it_was_must_say_when,
        a_list_of_any_age_is_a_list,
        a_name_of_any_shape_is_one_segment,
    ]
    paging: [
        pages_together_are_the_list,
        a_page_says_how_many_remain,
        a_page_of_a_selection_does_not_say_how_many_remain,
        later_pages_are_as_the_list_was_at_the_first,
        a_table_is_paged_as_a_list_is,
        a_list_as_it_was_can_be_had_in_pages,
        a_page_goes_on_from_its_token_alone,
    ]
    watches: [
        a_watch_tells_what_happens_after_its_version,
        a_watch_can_go_on_where_another_ended,
        a_watch_from_no_version_begins_with_what_there_is,
        a_watch_of_any_age_begins_with_what_there_is,
        a_watched_table_has_a_row_an_event_and_its_columns_once,
        a_watched_table_has_no_objects_where_none_are_asked_for,
        a_watch_tells_of_metadata_alone_where_that_is_asked_for,
        a_watch_of_one_name_tells_of_no_other,
        a_watch_of_a_namespace_tells_of_no_other,
        what_comes_under_a_watched_selector_is_added_and_what_leaves_it_deleted,
        what_is_held_is_told_as_terminating_before_it_is_told_as_gone,
        a_watch_ends_after_the_time_that_was_asked_for_and_says_where,
        a_bookmark_of_a_watched_table_has_its_version,
        a_watch_from_before_all_history_is_told_that_it_is_gone,
        a_watch_from_no_number_is_refused,
    ]
    selectors: [
        labels_are_chosen_by_equality,
        a_label_that_is_missing_is_unequal_to_everything,
        labels_are_chosen_by_sets_and_by_being_there,
        a_selector_that_cannot_be_read_is_refused,
        an_object_is_chosen_by_its_name,
        a_name_with_signs_of_the_selector_is_escaped,
        pods_are_chosen_by_node_and_phase,
        a_field_that_the_server_does_not_know_is_refused,
    ]
    creating: [
        what_is_created_has_an_identity_of_its_own,
        a_name_is_taken_once,
        a_name_can_be_taken_again_by_another_object,
        a_name_can_be_made_up,
        an_object_without_a_name_is_invalid,
        a_name_that_is_none_is_invalid,
        what_a_copy_says_of_its_own_life_is_not_taken,
        a_copy_with_a_version_is_not_taken,
        nothing_is_created_in_a_namespace_that_is_not_there,
        an_object_of_another_namespace_is_refused,
        an_object_of_another_kind_is_refused,
        what_is_no_object_is_refused,
        what_is_created_can_be_answered_as_metadata,
        an_object_can_be_created_by_its_field_manager,
        a_pod_waits_to_run_and_gets_what_it_did_not_ask_for,
        a_pod_that_nobody_bound_is_bound_and_runs,
        a_service_gets_an_address,
        a_secrets_texts_are_kept_in_base64,
    ]
    patching: [
        a_merge_patch_sets_and_takes_away,
        a_patch_that_changes_nothing_leaves_the_version,
        a_json_patch_takes_one_finalizer_off_if_it_is_the_one,
        a_json_patch_adds_and_replaces,
        a_patch_of_an_older_version_is_refused,
        a_uid_is_not_patched,
        what_is_not_there_is_not_patched,
        a_patch_in_a_form_that_is_none_is_refused,
        a_finalizer_cannot_be_put_on_what_is_terminating,
        replicas_are_changed_by_a_patch,
    ]
    deleting: [
        what_goes_at_once_is_answered_by_a_status_with_its_uid,
        the_status_names_the_group,
        what_is_held_is_answered_by_the_object_as_terminating,
        the_answer_can_be_metadata_alone,
        some_kinds_are_answered_by_their_last_state,
        a_volume_that_nobody_claims_goes,
        what_is_not_there_is_not_deleted,
        a_kind_that_is_not_served_is_not_an_absent_object,
        what_is_terminating_can_be_deleted_again_and_stays_as_it_is,
        options_in_the_query_count_only_without_a_body,
        options_that_cannot_be_read_delete_nothing,
        the_options_of_the_core_group_are_taken_by_every_group,
        a_pod_is_answered_by_itself_with_the_time_it_has,
        a_deleted_object_is_no_longer_in_its_list,
    ]
    dry_runs: [
        a_rehearsed_delete_is_answered_as_the_real_one_and_deletes_nothing,
        a_rehearsal_by_its_body_alone_is_one,
        a_rehearsal_by_its_query_alone_is_one,
        a_rehearsed_delete_of_what_is_held_does_not_begin_it,
        a_rehearsed_delete_of_a_pod_does_not_begin_it,
        a_rehearsed_delete_of_a_namespace_leaves_it_active,
        a_rehearsed_delete_takes_nothing_along,
        a_rehearsed_delete_of_another_uid_is_refused,
        a_rehearsed_delete_of_what_is_not_there_says_so,
        a_rehearsal_of_anything_else_than_all_is_refused,
        a_rehearsed_creation_is_answered_and_creates_nothing,
        a_rehearsed_creation_of_what_is_there_is_refused,
        a_rehearsed_patch_changes_nothing,
        nobody_is_told_of_a_rehearsal,
    ]
    preconditions: [
        another_uid_is_not_deleted,
        its_own_uid_is_deleted,
        a_namesake_is_not_deleted_in_its_predecessors_place,
        a_uid_in_the_query_counts_where_there_is_no_body,
        what_has_changed_is_not_deleted_where_it_must_not_have,
        a_version_in_the_query_counts_where_there_is_no_body,
        another_uid_is_told_before_another_version,
        a_pod_of_another_uid_is_not_begun_with,
        what_is_terminating_keeps_to_its_uid_too,
        a_namespace_of_another_uid_is_not_deleted,
        an_object_of_a_defined_kind_keeps_to_its_uid_too,
        a_definition_of_another_uid_is_not_deleted,
        an_empty_uid_is_no_precondition,
    ]
    propagation: [
        in_the_background_the_owner_goes_at_once_and_what_it_owns_later,
        what_is_held_does_not_hold_its_owner_in_the_background,
        in_the_foreground_the_owner_waits_for_what_it_owns,
        in_the_foreground_the_owner_does_not_wait_for_what_does_not_block_it,
        in_the_foreground_what_owns_nothing_goes_in_a_moment,
        orphans_stay_and_forget_their_owner,
        the_policy_in_the_query_counts_where_there_is_no_body,
        what_nobody_asked_for_is_the_background,
        a_second_delete_in_the_background_ends_the_waiting_of_the_first,
        a_deployment_in_the_foreground_goes_after_its_pods,
        a_deployment_in_the_background_takes_its_pods_along,
        the_replica_set_of_an_orphaning_deployment_lives_on,
        an_owner_with_a_finalizer_of_its_own_stays_after_what_it_owns,
    ]
    finalizers: [
        what_is_held_is_there_until_it_is_released,
        the_last_of_several_finalizers_decides,
        the_name_of_what_is_held_is_taken,
        a_finalizer_taken_off_before_holds_nothing,
        a_pod_that_is_held_stays_after_its_time,
        an_object_that_is_held_keeps_what_it_owns_until_it_goes,
    ]
    grace: [
        a_pod_has_the_time_that_it_asks_for,
        a_delete_can_give_a_pod_another_time,
        a_pods_time_can_only_become_shorter,
        a_pod_without_any_time_goes_at_once,
        a_terminating_pod_can_be_forced,
        a_pod_that_no_node_has_goes_at_once,
        a_pod_that_runs_terminates_and_goes,
        other_kinds_need_no_time,
    ]
    garbage: [
        what_has_no_living_owner_is_garbage,
        an_owners_namesake_is_not_the_owner,
        one_living_owner_is_enough,
        an_owner_in_another_namespace_is_none,
        what_is_owned_by_what_is_owned_goes_too,
        what_is_in_no_namespace_can_own_what_is_in_one,
        an_object_of_a_defined_kind_can_own_others,
    ]
    namespaces: [
        a_new_namespace_is_active_and_held_by_its_content,
        a_namespace_goes_after_everything_in_it,
        a_namespace_says_what_holds_it,
        nothing_new_comes_into_a_terminating_namespace,
        a_terminating_namespace_can_be_deleted_again,
        a_namespace_that_is_gone_can_be_made_again,
        the_namespaces_of_the_cluster_itself_are_not_deleted,
        a_cluster_is_known_by_the_uid_of_kube_system,
    ]
    rights: [
        who_may_only_look_may_not_delete,
        the_group_of_what_is_forbidden_is_named,
        what_is_forbidden_is_forbidden_before_anything_else,
        who_may_create_may_not_delete_nor_patch,
        what_is_forbidden_everywhere_is_said_to_be,
        a_tenant_has_rights_in_its_own_namespaces_only,
        rights_can_be_given_and_taken,
        a_right_can_be_for_one_name,
        a_clusters_role_that_is_bound_in_a_namespace_holds_there,
        a_clusters_role_that_is_bound_in_the_cluster_holds_everywhere,
        a_token_that_nobody_has_is_unauthorized,
        who_has_not_signed_in_is_anonymous,
        a_rehearsal_needs_the_same_rights,
    ]
    reviews: [
        everyone_can_ask_who_they_are,
        everyone_can_ask_what_they_may_do,
        what_one_may_do_in_a_namespace_is_not_what_one_may_do_everywhere,
        to_evict_is_a_right_of_its_own,
        a_right_for_one_name_is_none_for_all,
    ]
    eviction: [
        a_pod_without_a_budget_is_evicted,
        an_evicted_pod_has_its_time,
        a_budget_refuses_by_its_name,
        a_budget_allows_what_it_can_spare,
        a_budget_says_what_it_has,
        a_pod_that_does_not_run_yet_is_evicted_in_spite_of_its_budget,
        a_pod_of_another_uid_is_not_evicted,
        a_rehearsed_eviction_evicts_nobody,
        a_rehearsed_eviction_asks_the_budget,
        what_is_not_there_is_not_evicted,
        an_eviction_is_of_the_pod_in_its_path,
        to_evict_needs_its_own_right,
    ]
    admission: [
        a_policy_refuses_by_its_name_and_in_its_words,
        a_policy_refuses_for_its_own_reason,
        a_policy_that_is_content_refuses_nothing,
        a_policy_does_not_look_at_what_it_does_not_choose,
        a_policy_that_only_warns_says_so_beside_the_answer,
        a_policy_can_refuse_what_is_created,
        a_policy_that_is_deleted_refuses_nothing,
        a_webhook_refuses_by_its_name_and_in_its_words,
        a_webhook_may_refuse_with_any_status,
        a_webhook_that_knows_no_dry_runs_stops_a_rehearsal_only,
        a_webhook_that_does_not_answer_lets_nothing_through,
        a_webhook_that_may_fail_stops_nothing,
    ]
    claims: [
        a_claim_and_its_volume_name_each_other,
        a_claim_that_a_pod_uses_waits_for_the_pod,
        a_claim_that_nobody_uses_goes,
        a_volume_that_is_retained_is_released_with_its_data,
        a_volume_that_is_not_retained_goes_with_its_claim,
        a_volume_that_is_claimed_waits_for_its_claim,
        a_volume_can_be_retained_before_its_claim_goes,
        a_claim_without_a_volume_is_pending,
        a_stateful_set_leaves_its_claims_behind,
    ]
    workloads: [
        a_deployments_pod_is_owned_through_a_replica_set,
        a_deployments_pod_comes_back_under_another_name,
        a_deployments_replica_set_comes_back,
        a_stateful_sets_pod_comes_back_under_its_own_name,
        a_deployment_counts_its_pods,
        fewer_replicas_are_fewer_pods,
        a_job_runs_to_its_end_and_leaves_its_pod,
        a_job_that_is_deleted_without_a_policy_leaves_its_pods,
    ]
    definitions: [
        a_definition_is_established_and_accepted,
        an_object_of_a_defined_kind_is_like_any_other,
        a_defined_kind_is_printed_in_the_columns_of_its_definition,
        objects_go_with_their_definition,
        a_definition_waits_for_an_object_that_is_held,
        a_group_says_who_serves_it,
        a_rehearsed_delete_of_a_definition_deletes_nothing,
        a_defined_kind_is_told_of_as_any_other,
    ]
}
